"""Subscribers from other systems and back out: the formats as data, one reader, one importer."""

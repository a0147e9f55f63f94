"""The way out for every mail: an outbox row first, then a mail server."""

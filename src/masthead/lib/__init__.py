"""Small modules, each named for its one job. No tables live here."""

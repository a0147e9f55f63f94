"""A newsroom in one command."""

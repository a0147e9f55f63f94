"""Settings, typed and read once; addresses; the server's entry point."""

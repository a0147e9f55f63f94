"""What keeps a newsroom up: backups, measures, and a word to the operator."""

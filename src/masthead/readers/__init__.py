"""People: users, and what readers asked for."""

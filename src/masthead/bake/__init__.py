"""Public pages as files, exactly as fresh as the database, and the server that sends them."""

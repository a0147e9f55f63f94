"""Pages that are files, exactly as fresh as the database; knows no other app."""

"""The discussion's screens at the desk."""

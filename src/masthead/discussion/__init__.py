"""What readers say under a story, and how the desk looks after it."""

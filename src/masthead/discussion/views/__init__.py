"""What one person sends to a discussion, and what they alone are answered."""

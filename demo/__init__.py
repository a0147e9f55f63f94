"""A newsroom to look at: The Quillhaven Lantern, fictional from masthead to imprint."""

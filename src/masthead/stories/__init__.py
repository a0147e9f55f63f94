"""Stories, sections, people, the front page, and how a reader sees them."""

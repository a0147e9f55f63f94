"""Letters: who gets them, what stands in them, how they go out."""

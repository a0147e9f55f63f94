"""Pictures, clips and documents: originals are private, what is public is made from them."""

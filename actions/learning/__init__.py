"""What staff teach from what people wrote, without what is personal."""

"""Finding others with a like idea, and introducing them."""

"""Who is staff, where they work, and how that place is doing."""

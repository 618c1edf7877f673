"""Who is in a group, as what, and what each is told."""

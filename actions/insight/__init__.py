"""What the figures say: how many come, how far they get, where they leave, what puzzles us."""

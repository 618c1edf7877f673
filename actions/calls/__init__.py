"""Calls: what is said of them, how staff change them, and who follows them."""

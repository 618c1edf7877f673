"""Shaping an idea, and the page that comes of it."""

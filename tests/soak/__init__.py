"""Faults under running traffic, and books that are balanced afterwards: `python -m tests.soak`."""

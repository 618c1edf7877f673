"""The staff at work: who may do what, and what becomes of it."""

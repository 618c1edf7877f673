"""Finding out with somebody whether they can apply, and what they lack."""

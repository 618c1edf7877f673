"""The ways out: web hooks of other systems, and e-mail."""

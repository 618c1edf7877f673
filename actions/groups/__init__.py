"""Groups: shaping and applying together."""

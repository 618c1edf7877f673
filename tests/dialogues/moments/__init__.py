"""When people say something is to be."""

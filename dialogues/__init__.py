"""What is said: the content in YAML, and the small engine that runs it. Its only I/O is reading."""

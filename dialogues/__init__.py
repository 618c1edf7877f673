"""What is said: the content in YAML, and the small engine that runs it. No I/O but reading the content."""

"""What is kept: one module of verb functions per noun, on SQLite or PostgreSQL."""

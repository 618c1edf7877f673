"""What is served to a browser: the local preview, and the staff console."""

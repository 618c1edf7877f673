"""What is said unasked: reminders, news and broadcasts, and who wants which."""

"""What becomes of a lead: its card, who has it, what is decided on it."""

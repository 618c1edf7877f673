"""Times: what people say of them, working days, quiet hours, and when something is due."""

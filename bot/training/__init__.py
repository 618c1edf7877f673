"""Learning from staff: `python -m bot train`."""

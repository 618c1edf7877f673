"""Calls as a form in a page has them: what was typed, what is wrong with it, and what it means."""

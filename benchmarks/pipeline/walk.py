"""What a resident does: presses their way from hello through two flows of the shipped content."""

START = "/start"
PRESSES = (
    "Check if I can apply",
    "A group of us",
    "Community assets",
    "Yes",
    "Not yet, it's just us",
    "It's just an idea",
    "No",
    "Tell us your idea",
    *["Skip for now"] * 9,
    "Don't know yet",
    "Save it for later",
    "Menu",
)

"""Every conversation under this folder, held with the shipped content, the real actions and a real
database; see docs/writing-dialogues.md for the format."""

"""The group's own room: people who shape an idea together in a chat of theirs."""

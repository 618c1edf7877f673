"""What understanding costs and how good it is, on our own messages and on public sets."""

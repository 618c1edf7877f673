"""Inside a turn: the stack of flows, questions, actions, and repair."""

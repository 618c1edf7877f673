"""What a message means, in stages from the surest to the least sure."""

"""What a message mentions: places, how many, how much, contacts, options, moments."""

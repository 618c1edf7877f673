"""Numbers that stand in addresses and forms."""

_LONGEST = 18  # figures that fit into an id of any database


def number_in(given: str) -> int | None:
    """The number that these figures say; None if they are none, or too many."""
    is_one = given.isascii() and given.isdigit() and len(given) <= _LONGEST
    return int(given) if is_one else None

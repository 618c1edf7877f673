"""How wide words are, near enough, in the usual sans-serif fonts; and breaking them into lines."""

_WIDTHS = {
    222: "ijl'’‘",
    278: " !,./:;[]\\If t·",
    333: "()-`r“”‹›",
    355: '"•',
    500: "ckvxyzsJ",
    584: "+<=>~",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    889: "%",
    944: "W",
    1000: "…—→↑",
    1015: "@",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_USUAL = 556
_MARGIN = 1.04  # fonts differ


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """In pixels, rather too wide than too narrow."""
    units = sum(_WIDTH_OF.get(letter, _USUAL) for letter in text)
    return units * size / 1000 * _MARGIN * (1.06 if bold else 1)


def wrapped(
    text: str, size: float, most: float, *, lines: int = 99, bold: bool = False
) -> list[str]:
    """Lines no wider than `most` pixels, unless a word is; the last one is cut at `lines`."""
    found: list[str] = []
    for word in text.split():
        longer = f"{found[-1]} {word}" if found else word
        if found and width_of(longer, size, bold=bold) <= most:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > lines:
        found = found[:lines]
        found[-1] = f"{found[-1].rstrip(' .,:;…')} …"
    return found

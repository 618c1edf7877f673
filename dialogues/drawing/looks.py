"""Colours and sizes of the pictures. All text stands at least 4.5 to 1 against its ground."""

from typing import NamedTuple

from dialogues.drawing.chart import Kind

FONT = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
MONO = "ui-monospace, Menlo, Consolas, 'Liberation Mono', monospace"
INK = "#1c2733"
SOFT = "#56626f"
LINE = "#7b8794"

CARD = 300.0
PAD = 14.0
TEXT, LEADING = 14.0, 19.0
SMALL, SMALL_LEADING = 12.0, 16.0
KICKER = 11.0
CHIP = 24.0
LABEL = 190.0
TEXT_LINES = 4
MARGIN = 32.0


class Look(NamedTuple):
    fill: str
    edge: str
    word: str


LOOKS: dict[Kind, Look] = {
    Kind.ASK: Look("#e9f2fc", "#2f6fb3", "#1d558f"),
    Kind.SAY: Look("#ffffff", "#8a97a5", "#4b5865"),
    Kind.DO: Look("#fdf2da", "#c08417", "#7a5200"),
    Kind.NOTE: Look("#f3f2ee", "#a5a196", "#5d594f"),
    Kind.CALL: Look("#e9f6ec", "#3d8b57", "#23643a"),
    Kind.LINK: Look("#e9f6ec", "#3d8b57", "#23643a"),
    Kind.BACK: Look("#f4eefb", "#7b5aad", "#5b3b8c"),
    Kind.DECIDE: Look("#f4eefb", "#7b5aad", "#5b3b8c"),
    Kind.START: Look("#1c2733", "#1c2733", "#ffffff"),
    Kind.END: Look("#ffffff", "#1c2733", "#1c2733"),
}

"""Pictures of flows, with the wording on them, for people who do not read YAML."""

from dialogues.drawing.charting import chart_of
from dialogues.drawing.mermaid import as_mermaid
from dialogues.drawing.svg import as_svg
from dialogues.drawing.telling import outline

__all__ = ["as_mermaid", "as_svg", "chart_of", "outline"]

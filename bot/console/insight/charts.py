"""Charts as pictures. Each is a document of its own, whose style is in it and named by its digest
in its policy: nothing else runs in it, and nothing is loaded by it."""

import base64
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pygal
from aiohttp import web
from pygal.style import Style

COLOURS = (
    "#14509e",
    "#b35900",
    "#1b7837",
    "#762a83",
    "#8a6d00",
    "#01665e",
    "#b5116c",
    "#4d4d4d",
    "#7a4a21",
    "#5e4fa2",
    "#2f2f2f",
)
# It hangs an importer for its plugins into Python that only knows how that was done long ago: every
# later import would be warned of. We have no plugins.
sys.meta_path[:] = [it for it in sys.meta_path if not isinstance(it, pygal.PluginImportFixer)]
_NAMESPACE = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Series:
    """A row of bars: what they are called, and how high each is; None leaves a gap."""

    name: str
    heights: Sequence[float | None]


def bars(labels: Sequence[str], series: Sequence[Series], *, small: bool) -> web.Response:
    """Bars over these labels, those of several series upon each other."""
    chart = _stacked(small, names=len(series))
    every = max(1, -(-len(labels) // (5 if small else 13)))
    chart.x_labels = [it if number % every == 0 else "" for number, it in enumerate(labels)]
    for one in series:
        chart.add(one.name, list(one.heights))
    return _picture(chart)


def lying_bars(labels: Sequence[str], heights: Sequence[float | None]) -> web.Response:
    """Bars that lie below each other, the first on top."""
    style = _style(small=False)
    options = {**_options(style), "show_minor_y_labels": True}
    chart = pygal.HorizontalBar(
        **options, width=900, height=70 + 44 * len(labels), show_legend=False
    )
    chart.x_labels = [*reversed(labels)]
    chart.add("", [*reversed(heights)])
    return _picture(chart)


def _stacked(small: bool, *, names: int) -> Any:
    width, columns = (360, 2) if small else (900, 4)
    rows = -(-names // columns) if names > 1 else 0
    return pygal.StackedBar(
        **_options(_style(small)),
        width=width,
        height=280 + 30 * rows,
        margin_bottom=12 + 16 * rows,
        show_legend=names > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=min(columns, names),
    )


def _style(small: bool) -> Style:
    return Style(
        colors=COLOURS,
        background="#ffffff",
        plot_background="#ffffff",
        foreground="#212529",
        foreground_strong="#212529",
        foreground_subtle="#c3c9cf",
        opacity="1",
        font_family="system-ui, sans-serif",
        label_font_size=12 if small else 13,
        major_label_font_size=12 if small else 13,
        legend_font_size=12 if small else 13,
        no_data_font_size=16,
    )


def _options(style: Style) -> dict[str, Any]:
    return {
        "style": style,
        "js": (),
        "disable_xml_declaration": True,
        "print_values": False,
        "show_minor_y_labels": False,
        "y_labels_major_count": 5,
        "include_x_axis": True,
        "truncate_label": -1,
        "no_data_text": "Nothing to show yet",
        "value_formatter": lambda it: f"{it:.0f}",
        "margin": 12,
        "spacing": 8,
    }


def _picture(chart: Any) -> web.Response:
    styles: list[str] = []

    def tidy(root: Any) -> Any:
        for parent in [*root.iter()]:
            for child in [*parent]:
                if child.tag in ("script", f"{_NAMESPACE}script"):
                    parent.remove(child)
                elif child.tag in ("style", f"{_NAMESPACE}style"):
                    styles.append(child.text or "")
            parent.attrib.pop("style", None)
        return root

    chart.add_xml_filter(tidy)
    text: str = chart.render(is_unicode=True)
    digests = " ".join(f"'{_digest(it)}'" for it in styles)
    return web.Response(
        text=text,
        content_type="image/svg+xml",
        charset="utf-8",
        headers={"Content-Security-Policy": f"default-src 'none'; style-src {digests}; sandbox"},
    )


def _digest(style: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

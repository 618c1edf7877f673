"""QR codes as SVG that stands in the page."""

from functools import lru_cache

import segno
from markupsafe import Markup

_QUIET_ZONE = 4  # modules of white around it, as the standard asks


@lru_cache(maxsize=512)
def qr_svg(link: str) -> Markup:
    """Dark on white in every colour scheme, because scanners want it so. Hidden from who listens:
    the link stands beside it."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        border=_QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )
    hidden = drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return Markup(hidden)  # noqa: S704  # made of numbers alone

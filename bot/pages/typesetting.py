"""A page's values as a picture and a PDF. Slow: not for a turn, and not for the event loop."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typst import Compiler, Fonts

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
TEMPLATE = HERE / "page.typ"
SHARPNESS = 144.0  # pixels an inch: A4 is 1191 by 1684
ACCESSIBLE: Final = (
    "ua-1"  # PDF/UA: tagged, with a title and languages, for those who have it read out
)


@dataclass(frozen=True, slots=True)
class Typeset:
    """One page, as a PNG and as a PDF."""

    picture: bytes
    document: bytes


def typeset(page: Mapping[str, Any], *, sharpness: float = SHARPNESS) -> Typeset:
    """Typeset it; `page` is as `actions.idea_pages` makes it, `sharpness` the picture's pixels an
    inch. Raises RuntimeError if it cannot."""
    import typst  # noqa: PLC0415  # 80 MB that only a process needs which makes pages

    compiler = typst.Compiler(
        str(TEMPLATE),
        root=str(HERE),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"page": json.dumps(page, ensure_ascii=False)},
    )
    picture = compiler.compile(format="png", ppi=sharpness)
    return Typeset(_one(picture), _document(compiler))


def _document(compiler: "Compiler") -> bytes:
    """PDF/UA does without letters that no font has; a page that has some is tagged all the same."""
    try:
        return _one(compiler.compile(format="pdf", pdf_standards=[ACCESSIBLE]))
    except RuntimeError:
        log.info("a page has letters that no font has, or is no PDF/UA for another reason")
        return _one(compiler.compile(format="pdf"))


@cache
def _fonts() -> "Fonts":
    """Ours alone, so that every machine makes the same page."""
    import typst  # noqa: PLC0415

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(HERE / "fonts")],
    )


def _one(made: bytes | list[bytes] | None) -> bytes:
    pages = made if isinstance(made, list) else [made]
    if len(pages) != 1 or pages[0] is None:
        raise RuntimeError(f"{len(pages)} pages instead of one")
    return pages[0]

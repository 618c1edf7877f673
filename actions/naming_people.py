"""Whether words that staff wrote name a person, as far as words alone can tell."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote_plus

from sqlalchemy.orm import Session

from dialogues.moments.phrases import plain
from storage import applicants, chats, leads

_FIGURES = re.compile(r"\d")
_FEWEST_FIGURES = 7  # of a telephone number
_COMPARED = 9  # of its last figures: before them it is written in many ways


def naming(session: Session, *, chat_id: int) -> Callable[[str], bool]:
    """Tells whether words, or a query string, name whoever has this chat: by a name of two words or
    more, by an e-mail address, or by a telephone number. A first name tells nobody apart."""
    known = [it for it in _known(session, chat_id) if it]
    names = {name for it in known if len((name := plain(it)).split()) > 1 and "@" not in it}
    addresses = {it.strip().casefold() for it in known if "@" in it}
    numbers = {
        number[-_COMPARED:] for it in known if len(number := _figures(it)) >= _FEWEST_FIGURES
    }

    def names_them(words: str) -> bool:
        said = unquote_plus(words)
        in_full, figures = f" {plain(said)} ", _figures(said)  # "Ann Example's": without the '
        return (
            any(f" {name}{end} " in in_full for name in names for end in ("", "s"))
            or any(it in said.casefold() for it in addresses)
            or any(it in figures for it in numbers)
        )

    return names_them


def _known(session: Session, chat_id: int) -> Iterable[str | None]:
    """All names and ways to reach them that are held."""
    yield chats.get_chat(session, chat_id).name
    applicant = applicants.find_applicant(session, chat_id=chat_id)
    if applicant is not None:
        yield from (applicant.name, applicant.contact)
    for lead in leads.leads_of_chat(session, chat_id=chat_id):
        yield from (lead.applicant_name, lead.contact, lead.on_behalf_of)


def _figures(text: str) -> str:
    return "".join(_FIGURES.findall(text))

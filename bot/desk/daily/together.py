"""One word for each member about all the leads with which the same was done."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from bot.desk.buttons import button
from bot.desk.moment import Word
from bot.desk.showing import private_chat_of
from bot.pipeline import speech
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from storage import messages, staff
from storage.lead_lists import View
from storage.outbox import Lane


def tell_together(
    session: Session, words: Iterable[Word], *, wording: Wording, now: datetime
) -> None:
    """Tell each of these members what was gathered for them: of one lead as ever, of several in one
    message, which leads to the list of theirs."""
    ordered = sorted(words, key=lambda it: (it.member_id, it.what))
    for (member_id, _what), group in groupby(ordered, key=lambda it: (it.member_id, it.what)):
        member, alike = staff.get_member(session, member_id), list(group)
        chat_id = private_chat_of(session, member) if member is not None else None
        if chat_id is not None:
            _tell(session, chat_id, _worded(wording, alike), alike, now)


def _worded(wording: Wording, alike: Sequence[Word]) -> Reply:
    first = alike[0]
    if len(alike) == 1:
        return first.reply
    references = ", ".join(str(it.values["reference"]) for it in alike)
    values = {**first.values, "count": len(alike), "references": references}
    label = str(wording.say("staff_button_view_mine", {}).unescape())
    opens = button(label, "leads", view=View.MINE.value, of=first.member_id)
    return replace(wording.reply(f"{first.what}_many", values), buttons=(opens,))


def _tell(
    session: Session, chat_id: int, reply: Reply, alike: Sequence[Word], now: datetime
) -> None:
    about = {"lead_id": alike[0].lead_id} if len(alike) == 1 else {}
    posts = speech.queue_replies(
        session, chat_id=chat_id, replies=[reply], now=now, lane=Lane.LEADS, **about
    )
    for post in posts if len(alike) > 1 else ():
        messages.name_leads(session, post, [it.lead_id for it in alike])

"""Looking at one lead: its card with what happened to it, and the whole of its history."""

from collections.abc import Iterator
from dataclasses import replace

from actions.labels import lines
from bot.desk.buttons import button, chosen, of_page
from bot.desk.daily.timelines import Timelines
from bot.desk.moment import NOTHING, Deeds, Moment, Outcome
from bot.desk.naming import lead_meant, not_meant
from bot.desk.posts import change_post
from bot.pipeline.wording import Wording
from dialogues.exchange import Button, Reply
from dialogues.programme import Programme
from storage import outbox
from storage.models import Lead
from storage.outbox import Lane

_NEWEST = 8  # events under a card
_PAGE = 12


class LeadLooks:
    """The commands `/lead` and `/history`."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._timelines = Timelines(wording=wording, programme=programme)

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"lead": self._show, "history": self._history}

    def _show(self, moment: Moment, words: str) -> Outcome:
        """The card, and under it what happened last."""
        lead, _rest = lead_meant(moment, chosen(moment, words).get("reference", words))
        if lead is None:
            return not_meant(self._wording, words, "staff_lead_how")
        outbox.queue(
            moment.session,
            chat_id=moment.chat.id,
            kind="lead_card",
            lane=Lane.LEADS,
            now=moment.now,
            payload={"lead_id": lead.id},
        )
        entries = [*self._timelines.events(moment.session, lead, moment.now)]
        more = [button(self._label("history"), "history", reference=lead.reference)]
        values = {"reference": lead.reference, "lines": lines(it.line for it in entries[-_NEWEST:])}
        reply = replace(self._wording.reply("staff_timeline", values), buttons=tuple(more))
        return Outcome((reply,), lead_id=lead.id)

    def _history(self, moment: Moment, words: str) -> Outcome:
        values = chosen(moment, words)
        lead, _rest = lead_meant(moment, values.get("reference", words))
        if lead is None:
            return not_meant(self._wording, words, "staff_lead_how")
        reply = self._page(moment, lead, int(values.get("page", 0)))
        if "page" not in values or moment.post is None:
            return Outcome((reply,), lead_id=lead.id)
        change_post(moment, moment.post, reply)
        return replace(NOTHING, lead_id=lead.id)

    def _page(self, moment: Moment, lead: Lead, number: int) -> Reply:
        """The newest first; what staff did, and what they were refused, is among it."""
        session, now = moment.session, moment.now
        found = self._timelines.newest_first(session, lead, now)
        pages = max(1, -(-len(found) // _PAGE))
        number = min(number, pages - 1)
        shown = found[number * _PAGE : (number + 1) * _PAGE]
        values = {
            "reference": lead.reference,
            "page": number + 1,
            "pages": pages,
            "lines": lines(entry.line for entry in shown),
        }
        buttons = of_page(tuple(self._turns(lead, number, pages)), number, most=2)
        return replace(self._wording.reply("staff_history", values), buttons=buttons)

    def _turns(self, lead: Lead, number: int, pages: int) -> Iterator[Button]:
        if number > 0:
            yield self._turn("back", lead, number - 1)
        if number + 1 < pages:
            yield self._turn("next", lead, number + 1)

    def _turn(self, name: str, lead: Lead, number: int) -> Button:
        return button(self._label(name), "history", reference=lead.reference, page=number)

    def _label(self, name: str) -> str:
        return str(self._wording.say(f"staff_button_{name}", {}).unescape())

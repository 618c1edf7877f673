"""The lists of leads: `/leads` with its views and pages, and looking for words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time

from actions.times.working_days import working_days_before
from bot.desk.buttons import button, chosen, of_page
from bot.desk.daily.finding import PAGE, SEARCH, Asked, Finder, Page
from bot.desk.daily.lead_lines import LeadLines
from bot.desk.moment import NOTHING, Deeds, Moment, Outcome
from bot.desk.posts import change_post
from bot.pipeline.wording import Wording
from dialogues.exchange import Button, Reply
from dialogues.programme import Programme
from storage import lead_lists
from storage.lead_lists import LOOKED_THROUGH, Looking, View
from storage.models import StaffMember

_MOST_BUTTONS = PAGE + 2 + len(View)  # of a page: leads, back and next, the other views
_TYPED = {**{view.value: view for view in View}, "all": View.OPEN, "unassigned": View.WAITING}
_DAYS_WITHOUT_A_WORD = 5  # working days, where the programme promises none


class Lists:
    """The command `/leads`, and the buttons that turn its pages."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._programme = programme
        self._finder = Finder(wording=wording, programme=programme)
        self._lines = LeadLines(wording=wording, programme=programme)

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"leads": self._show}

    def _show(self, moment: Moment, words: str) -> Outcome:
        values = chosen(moment, words)
        asked = Asked.of_button(values) if values else self._typed(moment, words)
        page = self._page(moment, asked)
        if not page.leads and asked.beyond is not None:  # what it went on from has changed
            asked = replace(asked, beyond=None, back=False)
            page = self._page(moment, asked)
        named = tuple(lead.id for lead in page.leads)
        reply = self._worded(moment, asked, page)
        if not values or moment.post is None:
            return Outcome((reply,), mentions=named)
        change_post(moment, moment.post, reply, mentions=named)
        return NOTHING

    def _typed(self, moment: Moment, words: str) -> Asked:
        """Without words their own, if they have any."""
        of = moment.member.id
        if not words:
            looking = looking_now(self._programme, of, moment.now)
            own = lead_lists.count_in(moment.session, View.MINE, looking)
            return Asked(View.MINE if own else View.WAITING, of)
        view = _TYPED.get(words.lower())
        if view is not None:
            return Asked(view, of)
        return Asked(SEARCH, of, words=words.removeprefix(SEARCH).strip())

    def _page(self, moment: Moment, asked: Asked) -> Page:
        looking = looking_now(self._programme, asked.of, moment.now)
        page = self._finder.page(moment.session, asked, looking)
        if asked.back and len(page.leads) < PAGE:  # leads were added before it: from the beginning
            return self._finder.page(
                moment.session, replace(asked, back=False, beyond=None), looking
            )
        return page

    def _worded(self, moment: Moment, asked: Asked, page: Page) -> Reply:
        values = {
            "title": self._title(moment, asked),
            "count": page.count,
            "lines": self._lines.lines(moment.session, page.leads, now=moment.now),
            "older": self._older(page),
        }
        name = "staff_list" if page.leads else "staff_list_empty"
        reply = self._wording.reply(name, values)
        buttons = (*_leads(page), *self._turns(asked, page), *self._views(asked))
        return replace(reply, buttons=of_page(buttons, asked.number, most=_MOST_BUTTONS))

    def _title(self, moment: Moment, asked: Asked) -> str:
        whose = moment.session.get(StaffMember, asked.of)
        values = {"words": asked.words, "who": whose.name if whose else None}
        return self._wording.say(f"staff_list_title_{asked.view}", values)

    def _older(self, page: Page) -> str:
        if not page.older:
            return ""
        return self._wording.say("staff_list_older", {"count": LOOKED_THROUGH})

    def _turns(self, asked: Asked, page: Page) -> Iterator[Button]:
        turned = replace(asked, number=asked.number + 1)
        if page.before:
            back = replace(turned, beyond=page.leads[0].id, back=True)
            yield button(self._label("back"), "leads", **back.values())
        if page.after:
            onward = replace(turned, beyond=page.leads[-1].id, back=False)
            yield button(self._label("next"), "leads", **onward.values())

    def _views(self, asked: Asked) -> Iterator[Button]:
        for view in View:
            if view.value != asked.view:
                other = Asked(view, asked.of, number=asked.number + 1)
                yield button(self._label(f"view_{view}"), "leads", **other.values())

    def _label(self, name: str) -> str:
        return str(self._wording.say(f"staff_button_{name}", {}).unescape())


def looking_now(programme: Programme, member_id: int, now: datetime) -> Looking:
    """How this member looks at the lists now."""
    today = now.astimezone(programme.zone)
    days = programme.answer_within_days or _DAYS_WITHOUT_A_WORD
    since = working_days_before(today.date(), days, programme.holiday_country)
    stale = datetime.combine(since, time.min, programme.zone).astimezone(UTC)
    return Looking(member_id, now, stale_before=stale)


def _leads(page: Page) -> Iterator[Button]:
    return (button(it.reference, "lead", reference=it.reference) for it in page.leads)

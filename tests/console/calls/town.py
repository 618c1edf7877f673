"""A town of residents around one call: who follows it, what they told, what they began."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from actions.calls.call_changes import keep_call
from actions.criteria.facts import with_implied
from actions.criteria.verdicts import criteria_of, judge
from actions.times.planning import plan_subscription
from storage import (
    applicants,
    call_changes,
    calls,
    chats,
    ideas,
    interests,
    subscriptions,
    told_verdicts,
)
from storage.calls import CallDetails
from storage.chats import ChatKey
from storage.interests import Topic
from storage.models import Call, Chat
from tests.console.conftest import Office

LONDON = ZoneInfo("Europe/London")


def local(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def criterion(fact: str, *, unmet: str = "no", **compared: Any) -> dict[str, Any]:
    """A criterion with words for it."""
    return {
        "fact": fact,
        **compared,
        "unmet": unmet,
        "met": f"The {fact} fits.",
        "unmet_text": f"The {fact} does not fit.",
        "fix": f"Look at the {fact} again.",
    }


IN_SEFTON = {
    **criterion("borough", one_of=["sefton", "wirral"]),
    "met": "It happens in Sefton or Wirral.",
    "unmet_text": "It has to happen in Sefton or Wirral.",
    "fix": "Your own council can tell you who helps near you.",
}
GROWN_UP = {
    **criterion("adult", unmet="not_yet", **{"is": True}),
    "met": "You're 18 or over.",
    "unmet_text": "Somebody aged 18 or over has to apply.",
    "fix": "Ask a grown-up you trust to apply with you.",
    "takes": "One chat with them.",
}
ENOUGH = {
    "any_of": [
        {
            **criterion("applicant_who", one_of=["individual", "organisation"]),
            "met": "You apply as one person or as an organisation.",
            "unmet_text": "One person or an organisation may apply just as they are.",
            "fix": "If one of you would do it alone, change that answer.",
        },
        {
            **criterion("people", unmet="not_yet", at_least=3.0),
            "met": "There are three of you or more.",
            "unmet_text": "A group needs three people.",
            "fix": "Find one or two neighbours who'd join in.",
            "takes": "A week or two of asking round.",
        },
    ]
}
GARDENS = CallDetails(
    code="gardens_2026",
    title="Gardens together 2026",
    theme="community_assets",
    summary="For people who want to open up a green space and look after it together.",
    opens_at=local(2026, 5, 11),
    closes_at=local(2026, 7, 17, 17),
    criteria=[IN_SEFTON, GROWN_UP, ENOUGH],
    reminders=["14d", "2d", "2h"],
    offering="Up to £500, and a day a month of our gardener's time.",
    link="https://example.org/gardens",
)
EDIT = f"/staff/calls/{GARDENS.code}/edit"


def keep(office: Office, details: CallDetails = GARDENS, **changes: Any) -> None:
    """The call is kept, as Ann did it."""
    with office.core.database.transaction() as session:
        keep_call(
            session,
            replace(details, **changes),
            by="Ann Example",
            programme=office.core.programme,
            now=office.clock.now(),
        )


def found(office: Office, code: str = GARDENS.code) -> Call:
    """The call as it is kept."""
    with office.core.database.reading() as session:
        call = calls.find_call(session, code=code)
        assert call is not None
        return call


def kinds(office: Office, code: str = GARDENS.code) -> list[str]:
    """What was done to it, the oldest first."""
    with office.core.database.reading() as session:
        return [it.kind for it in call_changes.changes_of(session, code=code)]


def settle_in(
    office: Office,
    *,
    reminded: int = 0,
    followers: int = 0,
    drafting: int = 0,
    code: str = GARDENS.code,
    **facts: Any,
) -> None:
    """So many who want to be reminded of the call and were told a verdict, by what they told; so
    many who follow its theme; and so many who have begun an idea for it."""
    now = office.clock.now()
    with office.core.database.transaction() as session:
        call = calls.find_call(session, code=code)
        assert call is not None
        first = session.execute(select(func.count()).select_from(Chat)).scalar_one()
        for number in range(first, first + reminded + followers + drafting):
            key = ChatKey("preview", f"resident-{number}", "private", f"Resident {number}")
            chat_id = chats.chat_id_for(session, key, now=now)
            applicant = applicants.applicant_of(session, chat_id=chat_id, now=now)
            applicants.save_facts(session, applicant, facts=facts, kind="individual", now=now)
            if number < first + reminded:
                subscription, _new = subscriptions.subscribe(
                    session, chat_id=chat_id, call=call, now=now
                )
                plan_subscription(
                    session, subscription, call, programme=office.core.programme, now=now
                )
                known = with_implied(office.core.programme.facts, facts)
                verdict = judge(criteria_of(call), known).kind
                told_verdicts.note_told(
                    session, chat_id=chat_id, verdicts={call.id: verdict}, now=now
                )
            elif number < first + reminded + followers:
                topic = Topic("theme", call.theme)
                interests.add_interest(session, chat_id=chat_id, topic=topic, now=now)
            else:
                ideas.start_idea(session, applicant_id=applicant.id, now=now, call_code=code)
    office.wait(timedelta(minutes=1))

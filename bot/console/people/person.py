"""Everything about one person. What they have not sent is theirs: of drafts only that there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.labels import answer_label, kind_label, question_label
from bot.console.office import Office
from bot.console.people.reasons import REASONS
from bot.console.visitor import Visitor
from storage import about_people, applicants, handoffs, ideas, interests, leads, readings, traces
from storage.models import Applicant, Chat
from storage.residents import find_resident

READ = (readings.READ_CONVERSATION, "export_person")
HANDED = {
    "asked": "asked for a person",
    "answer": "answered staff",
    "crisis": "was in distress",
    "stuck": "was stuck",
    "left": "went on without an answer",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """What somebody declared, in words, and when."""

    question: Markup
    answer: Markup
    at: datetime | None


class PersonPage:
    """The page of one resident, or of one group's chat."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """All that is held; 404 with a way back if there is no such resident."""
        chat_id = int(request.match_info["chat"])

        def find(session: Session) -> dict[str, Any] | None:
            chat = find_resident(session, chat_id)
            return self._about(session, chat) if chat is not None else None

        found = await self._office.database.read(find)
        if found is None:
            return none_such(self._office, visitor)
        return self._office.rendering.page(
            "people/person.html", visitor=visitor, here="people", **found
        )

    def _about(self, session: Session, chat: Chat) -> dict[str, Any]:
        applicant = applicants.find_applicant(session, chat_id=chat.id)
        held, since = traces.messages_held(session, chat_id=chat.id)
        own = (
            ideas.ideas_of(session, applicant_id=applicant.id, states=ideas.ALL_OWN)
            if applicant
            else []
        )
        return {
            "chat": chat,
            "name": name_of(session, chat),
            "applicant": applicant,
            "facts": [*self._facts(applicant)],
            "standing": about_people.conversation_of(session, chat_id=chat.id),
            "flow_title": self._flow_title,
            "messages": held,
            "since": since,
            "ideas": own,
            "leads": leads.leads_of_chat(session, chat_id=chat.id),
            "stands": lambda lead: self._office.say(f"card_status_{lead.status}", {}),
            "kind": lambda lead: kind_label(self._office, lead.kind),
            "subscriptions": about_people.all_subscriptions(session, chat_id=chat.id),
            "reminders": about_people.reminder_counts(session, chat_id=chat.id),
            "interests": interests.interests_of_chat(session, chat_id=chat.id),
            "groups": about_people.groups_of(session, chat_id=chat.id),
            "handoffs": handoffs.handoffs_of(session, chat_id=chat.id),
            "handed": HANDED,
            "broadcasts": about_people.broadcasts_to(session, chat_id=chat.id),
            "readers": readings.about(session, chat_id=chat.id, verbs=READ),
            "reasons": REASONS,
        }

    def _facts(self, applicant: Applicant | None) -> Iterator[Fact]:
        if applicant is None:
            return
        told = applicants.declared_at(applicant)
        for name, value in applicant.facts.items():
            try:
                question = question_label(self._office, name)
                answer = answer_label(self._office, name, value)
            except KeyError:  # the content asks it no more
                question, answer = Markup.escape(name), Markup.escape(str(value))
            yield Fact(question, answer, told.get(name))

    def _flow_title(self, flow: str) -> str:
        return self._office.wording.flow_name(flow) or flow.replace("_", " ")


def name_of(session: Session, chat: Chat) -> str:
    """What a person is called: as they said, else as their channel says, else by number."""
    return next(filter(None, said_names(session, chat)), None) or f"Chat #{chat.id}"


def said_names(session: Session, chat: Chat) -> Iterator[str | None]:
    """By what names they go: as they told, as they sent something, as their channel says."""
    applicant = applicants.find_applicant(session, chat_id=chat.id)
    yield applicant.name if applicant else None
    yield from (it.applicant_name for it in leads.leads_of_chat(session, chat_id=chat.id)[::-1])
    yield chat.name


def none_such(office: Office, visitor: Visitor) -> web.Response:
    """There is no such resident."""
    return office.rendering.page("people/none.html", visitor=visitor, here="people", status=404)

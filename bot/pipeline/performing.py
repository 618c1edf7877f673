"""Where the dialogue's actions meet rasa-sdk: an action call becomes one run of its executor."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from actions.context import Context, GroupLink, StartLink, no_group_link, typed_link
from actions.counting import Moment
from actions.registry import Result, run_action, values_of
from actions.speaking import Speaking
from bot.clock import Clock
from bot.pipeline.beginnings import begin
from bot.pipeline.wording import Wording
from dialogues.exchange import Button, Did, Incoming
from dialogues.model import Content
from dialogues.programme import Programme
from dialogues.responses import WRITES_IN
from dialogues.runner import ActionCall, ActionResult, RunAction, Said


class Performer:
    """Runs the actions that the dialogue calls for, bound to the session of the turn."""

    def __init__(
        self,
        *,
        content: Content,
        wording: Wording,
        programme: Programme,
        clock: Clock,
        start_link: StartLink = typed_link,
        group_link: GroupLink = no_group_link,
    ) -> None:
        self._say = wording.say
        self._programme = programme
        self._clock = clock
        self._start_link = start_link
        self._group_link = group_link
        self._domain = domain_of(content)

    def bind(
        self,
        session: Session,
        *,
        chat_id: int,
        staff_chat_id: int | None,
        channel: str,
        speaking: Speaking | None = None,
        language: str | None = None,
    ) -> RunAction:
        """What the runner calls during this turn."""

        bound = partial(
            Context,
            session=session,
            chat_id=chat_id,
            programme=self._programme,
            say=self._say,
            staff_chat_id=staff_chat_id,
            channel=channel,
            start_link=self._start_link,
            group_link=self._group_link,
            speaking=speaking,
        )
        return partial(self._run, bound, session, chat_id, language)

    def _run(
        self,
        bound: Callable[..., Context],
        session: Session,
        chat_id: int,
        language: str | None,
        call: ActionCall,
    ) -> ActionResult:
        now = self._clock.now()
        context = bound(
            now=now,
            language=call.slots.get(WRITES_IN) or language,
            incoming=call.incoming,
            moment=_moment(call.incoming, now),
            begin=partial(begin, session, now=now),
        )
        tracker = _tracker(call, chat_id)
        return _result(run_action(context, call.name, tracker=tracker, domain=self._domain))


def _moment(incoming: Incoming, now: datetime) -> Moment:
    """Of a press the channel tells no instant."""
    said_at = None if incoming.did is Did.PRESS else incoming.sent_at
    return Moment(incoming.stored_at or now, said_at)


def domain_of(content: Content) -> dict[str, Any]:
    """The domain as rasa-sdk's actions see it."""
    slots = {
        name: {
            "type": str(slot.type),
            "values": list(slot.values),
            "metadata": dict(slot.metadata),
        }
        for name, slot in content.slots.items()
    }
    return {"slots": slots, "actions": sorted(content.actions), "responses": {}}


def _tracker(call: ActionCall, chat_id: int) -> dict[str, Any]:
    return {
        "sender_id": str(chat_id),
        "slots": call.slots,
        "latest_message": {"text": call.text, "intent": {"name": call.intent}, "entities": []},
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
    }


def _result(result: Result) -> ActionResult:
    said = [_said(response) for response in result.responses]
    return ActionResult(
        slots=result.slots,
        said=said,
        restart=result.restart,
        kept=frozenset(result.kept),
        left_open=frozenset(result.left_open),
    )


def _said(response: Mapping[str, Any]) -> Said:
    buttons = [_button(item) for item in response.get("buttons") or ()]
    return Said(
        response=response.get("response"),
        text=response.get("text"),
        values=values_of(response),
        buttons=buttons or None,
        image=response.get("image"),
        document=response.get("attachment"),
    )


def _button(item: Mapping[str, Any]) -> Button:
    kind: Callable[[str], Any] = item.get
    return Button(
        label=item["title"],
        payload=kind("payload"),
        url=kind("url"),
        copy_text=kind("copy_text"),
        request_contact=bool(kind("request_contact")),
    )

"""How the assistant speaks in groups: words, buttons, and links into the private chat."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from actions.context import StartLink
from actions.groups.personal import masked
from actions.labels import question_label, shortened
from actions.members.names import first_name
from bot.groups.moment import Moment
from bot.pipeline import speech
from bot.pipeline.wording import Wording
from dialogues.exchange import Asked, Button, Reply
from dialogues.programme import Programme
from storage import chats, invites
from storage.models import Contribution, Group

FLOW = "group"  # of messages in which a question is asked
LONGEST_NAME = 20  # characters
LONGEST_NOTICE = 200  # Telegram's limit
MOST_NAMES = 3


class Voice:
    """Words things for groups; what is said is queued by who says it."""

    def __init__(self, *, wording: Wording, programme: Programme, start_link: StartLink) -> None:
        self.say = wording.say
        self.knows = wording.knows
        self.programme = programme
        self._wording = wording
        self._start_link = start_link

    def post(self, moment: Moment, response: str, **values: Any) -> int:
        """Say a response in the group; the message's id."""
        return self.send(moment, self._wording.reply(response, values))

    def send(self, moment: Moment, reply: Reply) -> int:
        """Say this in the group; the message's id."""
        return speech.queue_replies(
            moment.session, chat_id=moment.chat.id, replies=[reply], now=moment.now
        )[0]

    def reply(
        self,
        response: str,
        values: dict[str, Any],
        buttons: Iterable[Button | None] = (),
        *,
        asked: Asked | None = None,
    ) -> Reply:
        """A response as a message, with these buttons as far as there are any."""
        kept = tuple(it for it in buttons if it is not None)
        return Reply(str(self.say(response, values)), kept, asked=asked, response=response)

    def notice(self, name: str, **values: Any) -> str:
        """Words for a notice, which takes no markup."""
        text = self.say(f"room_notice_{name}", values).striptags()
        return text[:LONGEST_NOTICE]

    def button(self, name: str, payload: str, **values: Any) -> Button:
        """A choice."""
        return Button(self._label(name, values), payload=payload)

    def join_button(self, session: Session, group: Group) -> Button | None:
        """Opens the private chat and lets whoever presses join; None while nobody may."""
        invite = invites.current_invite(session, group)
        if invite is None:
            return None
        return self._link("join", session, group, f"join-{invites.token_of(session, invite)}")

    def private_button(self, name: str, session: Session, group: Group) -> Button:
        """Opens the private chat of a member, where they speak for the group."""
        return self._link(name, session, group, f"for-{group.id}")

    def talk_button(self, session: Session, group: Group) -> Button:
        """Opens the private chat of whoever presses."""
        return self._link("talk", session, group, "group")

    def question(self, slot: str) -> Markup:
        """The short name of a question."""
        return question_label(self, slot)

    def who(self, said: Iterable[Contribution]) -> Markup:
        """The first names of those who said these, each once, and how many more there are."""
        names = list(dict.fromkeys(self.name(it.name) for it in said))
        shown, more = names[:MOST_NAMES], len(names) - MOST_NAMES
        listed = Markup(", ").join(shown)
        return self.say("room_and_more", {"names": listed, "count": more}) if more > 0 else listed

    def name(self, name: str | None) -> Markup:
        """A first name; a word for who has none."""
        first = first_name(name)
        return escape(first[:LONGEST_NAME]) if first else self.say("room_nameless", {})

    def brief(self, text: str, longest: int) -> str:
        """What was said in one line, without what is nobody's business."""
        seen = masked(
            " / ".join(" ".join(it.split()) for it in text.splitlines() if it.strip()),
            country=self.programme.country,
        )
        return shortened(seen[: longest + LONGEST_NAME], longest)

    def _link(self, name: str, session: Session, group: Group, parameter: str) -> Button:
        channel = chats.get_chat(session, group.chat_id).channel
        return Button(self._label(name, {}), url=self._start_link(channel, parameter))

    def _label(self, name: str, values: dict[str, Any]) -> str:
        return str(self.say(f"room_button_{name}", values).unescape())

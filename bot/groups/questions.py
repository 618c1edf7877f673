"""Asking a group: one question after the other, each in a message that is answered by a reply."""

from datetime import timedelta

from markupsafe import Markup

from actions.boards import queue_board
from actions.ideas.shaping import question_after
from actions.labels import blocks
from bot.groups.boards import Boards
from bot.groups.moment import Moment
from bot.groups.voice import FLOW, Voice
from dialogues.exchange import Asked, Button, Reply
from storage import groups, ideas, messages, outbox
from storage.ideas import Version
from storage.models import Message
from storage.outbox import Lane

_JUST_ASKED = timedelta(seconds=20)


class Questions:
    """What is asked next, and how."""

    def __init__(self, *, voice: Voice, boards: Boards) -> None:
        self._voice = voice
        self._boards = boards

    def begin(self, moment: Moment) -> str | None:
        """Take up the idea, or begin one; what a press is told."""
        if moment.group.question is not None:
            return self.next(moment)
        moment.idea_begun()
        if moment.group.board_id is None:
            self._boards.renew(moment)
        self.ask_next(moment)
        return None

    def next(self, moment: Moment) -> str | None:
        """Ask what is open, also what was left for later; what a press is told when the question
        stands there already."""
        asked = messages.get_message(moment.session, moment.group.question_id or 0)
        if asked is not None and moment.now - asked.created_at < _JUST_ASKED:
            return self._voice.notice("just_asked")
        question = self._never_asked(moment) or self._left(moment)
        if question is None:
            self._end(moment, "room_all_told")
        else:
            self._ask(moment, question)
        return None

    def ask_next(
        self, moment: Moment, before: Markup | None = None, *, more: tuple[Button, ...] = ()
    ) -> None:
        """Ask what was never asked, or a second time about an answer, behind the words `before` and
        with `more` buttons; or say that there is nothing."""
        question = self._never_asked(moment)
        if question is not None:
            self._ask(moment, question, before, more)
        else:
            told = "room_all_told" if self._left(moment) is None else "room_left_for_later"
            self._end(moment, told, before, more)

    def _never_asked(self, moment: Moment) -> str | None:
        return question_after(self._voice.programme.canvas, self._versions(moment))

    def _left(self, moment: Moment) -> str | None:
        """What was left for later: the next after that which is asked now, round and round."""
        names, versions = list(self._voice.programme.canvas.questions), self._versions(moment)
        now = moment.group.question
        at = names.index(now) + 1 if now in names else 0
        left = (name for name in (*names[at:], *names[:at]) if name in versions)
        return next((name for name in left if versions[name].text is None), None)

    def _versions(self, moment: Moment) -> dict[str, Version]:
        return ideas.newest_versions(moment.session, idea_id=moment.idea_begun().id)

    def _end(
        self,
        moment: Moment,
        told: str,
        before: Markup | None = None,
        more: tuple[Button, ...] = (),
    ) -> None:
        """Nothing is asked any more."""
        groups.ask(moment.session, moment.group, None, message_id=None)
        text = blocks([before or Markup(""), self._voice.say(told, {})])
        private = self._voice.private_button("private", moment.session, moment.group)
        self._voice.send(moment, Reply(str(text), (private, *more)))
        queue_board(moment.session, moment.group, now=moment.now)

    def _ask(
        self,
        moment: Moment,
        question: str,
        before: Markup | None = None,
        more: tuple[Button, ...] = (),
    ) -> None:
        session, group = moment.session, moment.group
        words = self._worded(moment, question, before or Markup(""), more)
        number = self._voice.send(moment, words)
        groups.ask(session, group, question, message_id=number)
        queue_board(session, group, now=moment.now)

    def _worded(
        self,
        moment: Moment,
        question: str,
        before: Markup,
        more: tuple[Button, ...] = (),
        *,
        simpler: bool = False,
    ) -> Reply:
        named = f"utter_ask_{question}"
        has_simpler = self._voice.knows(f"{named}_simpler")
        asked = self._voice.say(f"{named}_simpler" if simpler and has_simpler else named, {})
        buttons = (
            self._voice.button("skip", "/skip"),
            self._voice.button("another_way", "/another_way")
            if has_simpler and not simpler
            else None,
            self._voice.private_button("who_knows", moment.session, moment.group),
            *more,
        )
        values = {"question": blocks([before, asked])}
        about = Asked(FLOW, question)
        return self._voice.reply("room_question", values, buttons, asked=about)

    def skip(self, moment: Moment, message: Message) -> str | None:
        """Leave the question of this message for later, unless it is answered."""
        question, version = message.step or "", self._versions(moment).get(message.step or "")
        if moment.group.question != question or (version is not None and version.text):
            return self._voice.notice("settled")
        if version is None:
            idea = moment.idea_begun()
            ideas.add_answer(moment.session, idea, question=question, text=None, now=moment.now)
        self.ask_next(moment, self._voice.say("room_skipped", {}))
        return None

    def another_way(self, moment: Moment, message: Message) -> str | None:
        """Ask the question of this message in simpler words, in the same place."""
        reply = self._worded(moment, message.step or "", Markup(""), simpler=True)
        kept = [it for it in message.buttons or () if (it.get("payload") or "") != "/another_way"]
        messages.rewrite(moment.session, message.id, text=reply.text, now=moment.now, buttons=kept)
        outbox.queue(
            moment.session,
            chat_id=moment.chat.id,
            kind="message",
            lane=Lane.REPLIES,
            now=moment.now,
            message_id=message.id,
        )
        return None

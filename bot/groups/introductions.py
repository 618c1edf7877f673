"""Saying once who we are and what we read, and what a link that brought us says."""

import re

from markupsafe import Markup

from actions.boards import queue_board
from actions.labels import lines
from actions.times.instants import in_words
from bot.groups.boards import Boards
from bot.groups.moment import Moment
from bot.groups.voice import Voice
from storage import calls, chats, ideas, invites, members
from storage.models import Call

_CALL = re.compile(r"call-([a-z0-9_]{1,24})(?:-([A-Za-z0-9_-]{1,40}))?")
_MOST_NAMED = 30  # people


class Introductions:
    """What a group is told of us, of itself, and of the call it is for."""

    def __init__(self, *, voice: Voice, boards: Boards) -> None:
        self._voice = voice
        self._boards = boards

    def introduce(self, moment: Moment) -> bool:
        """Say who we are, once; whether that was now."""
        session, group = moment.session, moment.group
        if group.introduced_at is not None:
            return False
        group.introduced_at = moment.now
        invites.running_invite(session, group, now=moment.now)
        buttons = [
            self._voice.button("begin", "/begin"),
            self._voice.join_button(session, group),
        ]
        self._voice.send(moment, self._voice.reply("room_introduction", {}, buttons))
        return True

    def start(self, moment: Moment, parameter: str) -> None:
        """Somebody opened a link that brings us here, or called us."""
        is_new = self.introduce(moment)
        named = _CALL.fullmatch(parameter)
        if named:
            self._name_call(moment, named[1], named[2])
        elif not is_new and not parameter:
            self._boards.renew(moment)

    def _name_call(self, moment: Moment, code: str, source: str | None) -> None:
        if source:
            chats.note_source(moment.session, moment.chat.id, source)
        call = self._meant(moment, code)
        if call is None:
            self._voice.post(moment, "room_call_over")
            return
        ideas.name_call(moment.session, moment.idea_begun(), call.code)
        deadline = in_words(calls.ends_at(call), moment.now, self._voice.programme.zone)
        self._voice.post(moment, "room_call_named", call_title=call.title, deadline=deadline)
        queue_board(moment.session, moment.group, now=moment.now)

    def _meant(self, moment: Moment, code: str) -> Call | None:
        """The call of this code, or the only one of the theme that is called so, if it takes
        applications now or later."""
        current = calls.current_calls(moment.session, now=moment.now)
        of_theme = [call for call in current if call.theme == code]
        named = next((call for call in current if call.code == code), None)
        return named or (of_theme[0] if len(of_theme) == 1 else None)

    def people(self, moment: Moment) -> None:
        """Who has joined, and as what."""
        joined = members.members_of(moment.session, group_id=moment.group.id)
        names = Markup(", ").join(self._voice.name(it.name) for it in joined[:_MOST_NAMED])
        more = len(joined) - _MOST_NAMED
        if more > 0:
            names = self._voice.say("room_and_more", {"names": names, "count": more})
        roles = (
            self._voice.say(f"room_role_{it.role}", {"name": self._voice.name(it.name)})
            for it in joined
            if it.role in members.LEADING
        )
        values = {"names": names, "count": len(joined), "roles": lines(roles)}
        name = "room_people" if joined else "room_people_none"
        join = self._voice.join_button(moment.session, moment.group)
        self._voice.send(moment, self._voice.reply(name, values, [join]))

    def rename(self, moment: Moment) -> None:
        """The group, or the topic, is called otherwise now."""
        moment.chat.name = moment.arrival.text
        moment.session.flush()
        queue_board(moment.session, moment.group, now=moment.now)

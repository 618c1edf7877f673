"""Words of distress in a group: nothing is kept or repeated, nobody is named, and staff hear."""

from datetime import timedelta

from actions.desk.handoff import flag_crisis
from bot.groups.moment import Moment
from bot.groups.voice import Voice
from dialogues.exchange import Asked
from dialogues.model import Content
from storage import chats, messages
from storage.chats import ChatKey

_FLOW = "group_crisis"  # of what is said then
_AGAIN = timedelta(minutes=10)


class Care:
    """Sees whether somebody is in distress, and offers help to everybody."""

    def __init__(self, *, voice: Voice, content: Content) -> None:
        self._voice = voice
        self._content = content

    def is_needed(self, text: str) -> bool:
        """Whether these are words of distress."""
        return bool(text) and self._content.language.in_danger(text)

    def give(self, moment: Moment) -> None:
        """The numbers to call, once in a while, and the private chat; staff are told."""
        self._tell_staff(moment)
        newest = messages.last_asked(moment.session, moment.chat.id, flow=_FLOW, step=_FLOW)
        if newest is None or moment.now - newest.created_at > _AGAIN:
            talk = self._voice.talk_button(moment.session, moment.group)
            about = Asked(_FLOW, _FLOW)
            self._voice.send(moment, self._voice.reply("room_crisis", {}, [talk], asked=about))

    def _tell_staff(self, moment: Moment) -> None:
        """They can write to who has a private chat with us; of others they hear where it was."""
        session, channel = moment.session, moment.chat.channel
        key = ChatKey(channel, moment.sender.external_id)
        own = chats.find_chat_id(session, channel=channel, external_id=key.external_id)
        can_be_met = own is not None and chats.get_chat(session, own).kind == "private"
        where = own if own is not None and can_be_met else moment.chat.id
        flag_crisis(session, where, staff_chat_id=moment.staff_chat_id, now=moment.now)

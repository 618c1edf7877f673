"""Those who only look on: they see all, and leave the answers and the votes to the others."""

from datetime import timedelta

from bot.groups.moment import Moment
from bot.groups.voice import Voice
from dialogues.exchange import Asked
from storage import members, messages

_FLOW = "group_onlooker"  # of what they are told, by whom it is for
_AGAIN = timedelta(hours=1)
_DECIDING = frozenset({"/skip", "/add", "/use", "/leave", "/vote", "/ballot", "/close_vote"})


class Onlookers:
    """Tells them kindly what they may do."""

    def __init__(self, *, voice: Voice) -> None:
        self._voice = voice

    def is_one(self, moment: Moment) -> bool:
        """Whether whoever did this has joined to look on. Who has not joined at all may answer."""
        member = moment.member()
        return member is not None and member.role == members.VIEWER

    def pressed(self, moment: Moment, name: str) -> str | None:
        """What the press of one of them on this button is told, where others decide."""
        if name not in _DECIDING or not self.is_one(moment):
            return None
        return self._voice.notice("looks_on")

    def tell(self, moment: Moment) -> None:
        """What they said was not kept. Once in a while is enough."""
        step = moment.sender.external_id
        told = messages.last_asked(moment.session, moment.chat.id, flow=_FLOW, step=step)
        if told is None or moment.now - told.created_at > _AGAIN:
            talk = self._voice.talk_button(moment.session, moment.group)
            values = {"name": self._voice.name(moment.sender.name)}
            about = Asked(_FLOW, step)
            self._voice.send(
                moment, self._voice.reply("room_looks_on", values, [talk], asked=about)
            )

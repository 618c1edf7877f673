"""An idea shown to somebody who opened its link: worded when it is sent, so that it is the newest.

It stands in their chat as being about its owner, so that /forget finds it and takes it out again.
"""

from sqlalchemy.orm import Session

from actions.ideas.sharing import shared_values
from actions.labels import Say
from bot.pipeline.composing import Draft, DroppedError
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage.models import Applicant, Idea, Share
from storage.outbox import Claimed


class SharedIdeas:
    """Words them."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self.wording = wording
        self.programme = programme

    @property
    def say(self) -> Say:
        """See `actions.labels.Wording`."""
        return self.wording.say

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """See `composing.Writer`."""
        share = session.get(Share, claimed.payload["share_id"])
        idea = session.get(Idea, share.idea_id) if share and share.stopped_at is None else None
        values = shared_values(session, idea, wording=self) if idea else None
        if idea is None or values is None:
            raise DroppedError("it is not shared any more")
        owner = session.get_one(Applicant, idea.applicant_id)
        reply = self.wording.reply("utter_shared_idea", values)
        return Draft(reply, peer_chat_id=owner.chat_id)

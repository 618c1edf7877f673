"""An idea shown to others by a link: what they see, and how its owner allows and stops it."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import SlotSet
from sqlalchemy.orm import Session

from actions.context import BoundAction
from actions.ideas.idea_pages import page_of
from actions.ideas.ideas import idea_of
from actions.ideas.scripts import BREAK
from actions.labels import Wording, lines
from storage import chats, shares
from storage.models import Idea, Share
from storage.outbox import Lane, queue

KIND = "shared_idea"  # the kind of post that shows it
STATE = "share_state"  # the slot: empty, new or running
# What is said by whoever shows it, and by `Forget`.
RESPONSES = frozenset({"utter_shared_idea", "utter_shared_removed", "shared_line", "shared_place"})


def shared_values(session: Session, idea: Idea, *, wording: Wording) -> dict[str, Any] | None:
    """What others see: title, place and answers, as they are now; None if nothing is left of it.

    No name and no way to reach anybody is in it, but what the owner wrote into an answer.
    """
    page = page_of(session, idea, wording=wording)
    if page is None:
        return None
    shown = (
        wording.say("shared_line", {"question": it["label"], "answer": _whole(it["words"])})
        for it in page["answers"]
    )
    place = wording.say("shared_place", {"place": page["place"]}) if page["place"] else ""
    return {"title": _whole(page["title"]), "place": place, "lines": lines(shown)}


def _whole(words: Mapping[str, Any]) -> str:
    """A text without the places where a page may break it."""
    return str(words["text"]).replace(BREAK, "")


class LookAtShare(BoundAction):
    """Shows the owner what others would see, or the link that runs already."""

    called = "action_look_at_share"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `share_state`."""
        session = self.context.session
        idea = idea_of(session, chat_id=self.context.chat_id)
        values = shared_values(session, idea, wording=self.context) if idea else None
        if idea is None or values is None:
            dispatcher.utter_message(response="utter_share_empty")
            return [SlotSet(STATE, "empty")]
        running = shares.running_share(session, idea_id=idea.id)
        if running is not None:
            _tell_link(self, dispatcher, running, values["title"])
            return [SlotSet(STATE, "running")]
        dispatcher.utter_message(response="utter_share_preview", **values)
        return [SlotSet(STATE, "new")]


class ShareIdea(BoundAction):
    """Makes the link, once its owner has seen what it shows and said yes."""

    called = "action_share_idea"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Nothing without `share_confirmed`, or when nothing is left of the idea."""
        session = self.context.session
        idea = idea_of(session, chat_id=self.context.chat_id)
        values = shared_values(session, idea, wording=self.context) if idea else None
        if idea is None or values is None or tracker.get_slot("share_confirmed") is not True:
            dispatcher.utter_message(response="utter_share_empty")
            return []
        running = shares.running_share(session, idea_id=idea.id)
        share = running or shares.make_share(session, idea_id=idea.id, now=self.context.now)
        _tell_link(self, dispatcher, share, values["title"])
        return []


class StopSharing(BoundAction):
    """Ends all links to ideas of this side: one's own, or the group's."""

    called = "action_stop_sharing"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_share_stopped`, or `utter_share_none`."""
        context = self.context
        count = shares.stop_shares(
            context.session, chat_id=context.applicant_chat_id, now=context.now
        )
        dispatcher.utter_message(response="utter_share_stopped" if count else "utter_share_none")
        return []


def show_shared(action: BoundAction, dispatcher: Any, token: str) -> None:
    """Show the idea of this link, as it is when it is sent, or say that it is not shared. It comes
    after all that this turn says."""
    context = action.context
    share = shares.open_share(context.session, token)
    if share is None:
        dispatcher.utter_message(response="utter_share_over")
        return
    queue(
        context.session,
        chat_id=context.chat_id,
        kind=KIND,
        lane=Lane.HANDOFF,
        now=context.now,
        payload={"share_id": share.id},
    )
    dispatcher.utter_message(response="utter_share_opened")


def _tell_link(action: BoundAction, dispatcher: Any, share: Share, title: str) -> None:
    """The link in words that can be passed on, and then what it is."""
    context = action.context
    channel = chats.get_chat(context.session, context.chat_id).channel
    link = context.start_link(channel, f"share-{shares.token_of(context.session, share)}")
    dispatcher.utter_message(response="utter_share_link", title=title, link=link)
    dispatcher.utter_message(response="utter_share_how", link=link)

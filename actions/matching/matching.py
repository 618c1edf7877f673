"""Leave to match somebody's ideas with those of others: given apart from all else, and taken back
at any time."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context
from actions.groups.sent import own_leads
from actions.ideas.ideas import answers_of
from actions.matching import introducing
from actions.matching.neighbours import keep_up
from actions.matching.others import queue_look, queue_watch
from actions.times.instants import in_words
from storage import applicants, ideas, introductions, likeness
from storage.models import Applicant


class RecallMatching(BoundAction):
    """Sets `matching_state`: no_idea, where nothing was told yet; agreed; open; or barred, where a
    group has not agreed and this is for others of it to say."""

    called = "action_recall_matching"

    def run(self, _dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Says nothing."""
        if not answers_of(self.context.session, chat_id=self.context.chat_id):
            return [SlotSet("matching_state", "no_idea")]
        applicant = _applicant(self.context)
        has_agreed = applicant is not None and applicant.matching_at is not None
        is_open = "open" if _may_choose(self.context) else "barred"
        return [SlotSet("matching_state", "agreed" if has_agreed else is_open)]


class AgreeMatching(BoundAction):
    """Keeps their consent with its moment, and lets their ideas be found."""

    called = "action_agree_matching"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Without a yes of `matching_consent` nothing happens. Says nothing."""
        if tracker.get_slot("matching_consent") is not True or not _may_choose(self.context):
            return []
        context = self.context
        applicant = applicants.applicant_of(
            context.session, chat_id=context.chat_id, now=context.now
        )
        likeness.agree(context.session, applicant, now=context.now)
        for idea in ideas.ideas_of(context.session, applicant_id=applicant.id):
            keep_up(context.session, idea, programme=context.programme)
        introducing.show_on_cards(context, own_leads(context))
        return []


class StopMatching(BoundAction):
    """Takes their consent back: they are found no more, and what was under way ends."""

    called = "action_stop_matching"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_matching_stopped`, or that there was nothing to stop."""
        applicant = _applicant(self.context)
        if applicant is None or applicant.matching_at is None:
            dispatcher.utter_message(response="utter_matching_off")
            return []
        if not _may_choose(self.context):
            dispatcher.utter_message(response="utter_others_ask_contact")
            return []
        stop_matching(self.context, applicant)
        dispatcher.utter_message(response="utter_matching_stopped")
        return []


class LookForOthers(BoundAction):
    """Has somebody look who has an idea like theirs; what is found comes in a moment."""

    called = "action_look_for_others"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_looking_for_others`."""
        queue_look(self.context)
        dispatcher.utter_message(response="utter_looking_for_others")
        return []


class WatchForOthers(BoundAction):
    """Promises to tell when there is somebody."""

    called = "action_watch_for_others"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_watching_for_others`."""
        applicant = _applicant(self.context)
        if applicant is not None and applicant.matching_at is not None:
            if applicant.watching_since is None:
                likeness.watch(self.context.session, applicant, now=self.context.now)
                queue_watch(self.context, self.context.now)
            dispatcher.utter_message(response="utter_watching_for_others")
        return []


def stop_matching(context: Context, applicant: Applicant) -> None:
    """They are found no more: not by staff, not by others, not by who was to meet them."""
    likeness.disagree(context.session, applicant)
    introducing.end_all(context, state="withdrawn")
    introducing.take_off_cards(context)


def forget_matching(context: Context) -> None:
    """Who is to be forgotten is matched no more; whom they were to meet hears that it is off."""
    introducing.end_all(context, state="forgotten")
    introducing.take_off_cards(context)
    introductions.delete_introductions(context.session, chat_id=context.chat_id)


def matching_lines(context: Context) -> Iterator[Markup]:
    """What is held of this about somebody."""
    applicant = _applicant(context)
    if applicant is not None and applicant.matching_at is not None:
        when = in_words(applicant.matching_at, context.now, context.programme.zone)
        yield context.say("my_data_matching", {"when": when})
    if applicant is not None and applicant.watching_since is not None:
        yield context.say("my_data_watching", {})
    yield from introducing.held_lines(context)


def _may_choose(context: Context) -> bool:
    """Of a group its contact and second contact say whether its ideas are matched."""
    return context.speaking is None or context.speaking.leads


def _applicant(context: Context) -> Applicant | None:
    return applicants.find_applicant(context.session, chat_id=context.chat_id)

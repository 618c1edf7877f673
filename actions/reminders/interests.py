"""Being told when something opens: choose what, look, stop."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context
from actions.criteria.news import BOROUGH, EVERYTHING, topics_of
from actions.labels import button, lines
from actions.programme import Programme
from storage import calls, interests
from storage.interests import Topic

MINE = "my_borough"  # the answer that stands for the borough they said
ALL = "all"


def chosen_topics(programme: Programme, slots: Mapping[str, Any]) -> list[Topic]:
    """What somebody wants to be told of; a place or a theme says more than everything."""
    wish = str(slots.get("interest"))
    borough = slots.get("interest_borough") or (slots.get(BOROUGH) if wish == MINE else None)
    offered = (
        (BOROUGH, programme.boroughs, str(borough)),
        ("theme", programme.themes, wish),
        ("offer", programme.offers, wish),
    )
    found = [Topic(kind, value) for kind, known, value in offered if value in known]
    return found or ([Topic(EVERYTHING)] if wish == EVERYTHING else [])


def topic_words(context: Context, topic: Topic) -> Markup:
    """`Ageing`, `anything in Sefton`."""
    programme = context.programme
    offer = programme.offers.get(topic.value)
    names = {
        "theme": programme.themes.get(topic.value, topic.value),
        "offer": offer.name if offer else topic.value,
        BOROUGH: programme.boroughs.get(topic.value, topic.value),
    }
    return context.say(f"interest_{topic.kind}", {"name": names.get(topic.kind)})


def named_topics(context: Context, running: Sequence[Topic], words: str) -> list[Topic]:
    """Those of these topics whose names stand in what was said."""
    said, programme = words.casefold(), context.programme
    names = {**programme.themes, **programme.boroughs}
    names |= {key: offer.name for key, offer in programme.offers.items()}
    return [it for it in running if it.value and names.get(it.value, "").casefold() in said]


class KeepInterest(BoundAction):
    """Promises to tell when something opens, and says what is open of it now."""

    called = "action_keep_interest"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Asking twice keeps one and says so."""
        context = self.context
        chosen = chosen_topics(context.programme, tracker.slots)
        if not chosen:
            dispatcher.utter_message(response="utter_interest_outside")
            return []
        is_new = [
            interests.add_interest(
                context.session, chat_id=context.chat_id, topic=topic, now=context.now
            )
            for topic in chosen
        ]
        names = lines(
            context.say("interest_line", {"name": topic_words(context, it)}) for it in chosen
        )
        dispatcher.utter_message(
            response="utter_interest_kept" if any(is_new) else "utter_interest_kept_already",
            lines=names,
            open_now=self._open_now(chosen),
        )
        return []

    def _open_now(self, chosen: Sequence[Topic]) -> Markup:
        session, now, programme = self.context.session, self.context.now, self.context.programme
        found = [
            call
            for call in calls.open_calls(session, now=now)
            if set(chosen) & set(topics_of(call, programme))
        ]
        if not found:
            return Markup("")
        titles = ", ".join(call.title for call in found)
        return self.context.say("interest_open_now", {"call_titles": titles})


class StopInterests(BoundAction):
    """Tells no more of the topic that is named, or of any."""

    called = "action_stop_interests"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Stopping when there is nothing to stop says so. `stop_interest` is `theme.ageing`, or
        all when it is empty."""
        wanted = str(tracker.get_slot("stop_interest") or ALL)
        running = interests.interests_of_chat(self.context.session, chat_id=self.context.chat_id)
        stop_telling(
            self.context, dispatcher, [it for it in running if wanted in (ALL, _written(it))]
        )
        return [SlotSet("stop_interest", None)]


def stop_telling(context: Context, dispatcher: Any, topics: Sequence[Topic]) -> None:
    """End these, and say so."""
    if not topics:
        dispatcher.utter_message(response="utter_no_interests")
        return
    interests.stop_interests(
        context.session, chat_id=context.chat_id, now=context.now, topics=topics
    )
    names = lines(context.say("interest_line", {"name": topic_words(context, it)}) for it in topics)
    dispatcher.utter_message(response="utter_interests_stopped", lines=names)


def show_interests(context: Context, dispatcher: Any, topics: Sequence[Topic]) -> None:
    """List them, each with a button that stops it."""
    names = [topic_words(context, topic) for topic in topics]
    buttons = [
        button(
            str(context.say("interest_stop", {"name": name}).unescape()),
            f"/stop_interests(stop_interest={_written(topic)})",
        )
        for topic, name in zip(topics, names, strict=True)
    ]
    shown = lines(context.say("interest_line", {"name": name}) for name in names)
    dispatcher.utter_message(response="utter_interests", lines=shown, buttons=buttons)


def _written(topic: Topic) -> str:
    return f"{topic.kind}.{topic.value}"

"""Reminders that one member of a group wants for themselves, besides those of the group."""

from typing import Any

from actions.calls.call_words import own_values
from actions.criteria.rounds import current_calls
from actions.members.standing import AboutGroup
from actions.times.planning import plan_subscription
from storage import ideas, subscriptions


class RemindMeToo(AboutGroup):
    """Reminds this member, too, of the deadline of the call that the group's idea is for."""

    called = "action_remind_me_too"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_reminded_too`, or `utter_reminded_no_call` where no call is named that is
        open."""
        standing, context = self.standing(dispatcher), self.context
        if standing is None:
            return []
        idea = ideas.idea_at_hand(context.session, applicant_id=standing.applicant.id)
        code = idea.call_code if idea else None
        call = next((it for it in current_calls(context) if it.code == code), None)
        if call is None:
            dispatcher.utter_message(response="utter_reminded_no_call")
            return []
        subscription, is_new = subscriptions.subscribe(
            context.session, chat_id=context.chat_id, call=call, now=context.now
        )
        if is_new:
            plan_subscription(
                context.session,
                subscription,
                call,
                programme=context.programme,
                now=context.now,
            )
        dispatcher.utter_message(response="utter_reminded_too", **own_values(context, call))
        return []

"""The link by which people join a group: told, stopped, made anew."""

from typing import Any

from actions.boards import queue_board
from actions.members.standing import AboutGroup, Standing
from storage import chats, invites


class ShowInvite(AboutGroup):
    """Tells the link that runs, in words that can be passed on."""

    called = "action_show_invite"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_invite` and `utter_invite_how`."""
        standing = self.standing(dispatcher, leading=True)
        if standing is not None:
            self._tell(dispatcher, standing)
        return []

    def _tell(self, dispatcher: Any, standing: Standing) -> None:
        context, session = self.context, self.context.session
        invite = invites.running_invite(session, standing.group, now=context.now)
        channel = chats.get_chat(session, context.chat_id).channel
        link = context.start_link(channel, f"join-{invites.token_of(session, invite)}")
        name = self.name_of(standing.group)
        dispatcher.utter_message(response="utter_invite", group=name, link=link)
        dispatcher.utter_message(response="utter_invite_how", link=link)


class RenewInvite(ShowInvite):
    """Stops the links that were told so far, and tells a new one; so does the board."""

    called = "action_renew_invite"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_invite_stopped`, and the new link."""
        standing = self.standing(dispatcher, leading=True)
        if standing is not None:
            invites.stop_invites(self.context.session, standing.group, now=self.context.now)
            dispatcher.utter_message(response="utter_invite_stopped")
            self._tell(dispatcher, standing)
            queue_board(self.context.session, standing.group, now=self.context.now)
        return []

"""What is held about a person, in plain words, and how they make it go."""

from typing import Any

from markupsafe import Markup
from rasa_sdk.events import Restarted

from actions.context import BoundAction
from actions.desk.handoff import event_key, handoff_key
from actions.desk.staff_posts import queue_for_staff
from actions.groups.leaving import forget_groups
from actions.ideas.ideas import as_told
from actions.labels import blocks, kind_label, lines
from actions.leads.cards import answer_lines, applicant_lines, contact_words
from actions.leads.receipts import history_lines
from actions.matching.matching import forget_matching, matching_lines
from actions.members.memberships import group_lines
from actions.naming_people import naming
from actions.reminders.interests import topic_words
from actions.speaking import for_oneself
from actions.times.instants import in_words
from storage import (
    applicants,
    broadcasts,
    chats,
    console_chats,
    files,
    free_words,
    handoffs,
    ideas,
    interests,
    lead_events,
    lead_labels,
    lead_senders,
    leads,
    messages,
    misunderstood,
    shares,
    staff,
    subscriptions,
    threads,
    told_verdicts,
    traces,
    training_examples,
)
from storage.models import Handoff, Idea, Lead, Message
from storage.outbox import Lane, queue


class ShowMyData(BoundAction):
    """Shows everything that is held about this chat."""

    called = "action_show_my_data"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_my_data`, and what was told, sent and asked in messages of their own. What
        a group has told is not theirs, also while they speak for it."""
        with for_oneself(self.context.session, self.context.speaking, self.context.chat_id):
            self._show(dispatcher)
        return []

    def _show(self, dispatcher: Any) -> None:
        dispatcher.utter_message(
            response="utter_my_data",
            lines=lines(
                (
                    *self._person(),
                    *self._reminders(),
                    *self._interests(),
                    *matching_lines(self.context),
                    *self._files(),
                    *group_lines(self.context),
                    self._messages(),
                    *self._misunderstood(),
                    *self._copies(),
                )
            ),
        )
        parts = {
            "utter_my_data_idea": blocks(map(self._idea, self._ideas())),
            "utter_my_data_sent": blocks(map(self._lead, self._leads())),
            "utter_my_data_asked": lines(map(self._handoff, self._handoffs())),
        }
        for response, shown in parts.items():
            if shown:
                dispatcher.utter_message(response=response, lines=shown)

    def _person(self) -> list[Markup]:
        say, session, chat_id = self.context.say, self.context.session, self.context.chat_id
        found = []
        chat = chats.get_chat(session, chat_id)
        if chat.name:
            found.append(say("my_data_chat_name", {"name": chat.name}))
        if chat.source:
            found.append(say("my_data_source", {"source": chat.source}))
        applicant = applicants.find_applicant(session, chat_id=chat_id)
        if applicant is None:
            return found
        if applicant.name:
            found.append(say("my_data_name", {"name": applicant.name}))
        if applicant.contact:
            contact = contact_words(self.context, applicant.contact)
            found.append(say("my_data_contact", {"contact": contact}))
        return [*found, *applicant_lines(self.context, applicant.facts)]

    def _reminders(self) -> list[Markup]:
        running = subscriptions.subscriptions_of_chat(
            self.context.session, chat_id=self.context.chat_id
        )
        return [
            self.context.say("my_data_reminder", {"call_title": call.title})
            for _subscription, call in running
        ]

    def _interests(self) -> list[Markup]:
        say, session, chat_id = self.context.say, self.context.session, self.context.chat_id
        found = [
            say("my_data_interest", {"name": topic_words(self.context, topic)})
            for topic in interests.interests_of_chat(session, chat_id=chat_id)
        ]
        count = told_verdicts.count_of_chat(session, chat_id=chat_id)
        found += [say("my_data_verdicts", {"count": count})] if count else []
        count = broadcasts.received(session, chat_id=chat_id)
        return [*found, say("my_data_broadcasts", {"count": count})] if count else found

    def _files(self) -> list[Markup]:
        """Files that are kept, and links that run."""
        say, session, chat_id = self.context.say, self.context.session, self.context.chat_id
        count, size = files.files_held(session, chat_id=chat_id)
        running = len(shares.shares_of_chat(session, chat_id=chat_id))
        found = []
        if count:
            megabytes = f"{max(size / 2**20, 0.1):.1f}"
            found.append(say("my_data_files", {"count": count, "megabytes": megabytes}))
        return [*found, say("my_data_shares", {"count": running})] if running else found

    def _messages(self) -> Markup:
        count, since = traces.messages_held(self.context.session, chat_id=self.context.chat_id)
        if since is None:
            return self.context.say("my_data_no_messages", {})
        when = in_words(since, self.context.now, self.context.programme.zone)
        return self.context.say("my_data_messages", {"count": count, "when": when})

    def _misunderstood(self) -> list[Markup]:
        session, chat_id = self.context.session, self.context.chat_id
        count = misunderstood.count_of_chat(session, chat_id=chat_id)
        count += training_examples.count_of_chat(session, chat_id=chat_id)
        return [self.context.say("my_data_misunderstood", {"count": count})] if count else []

    def _copies(self) -> list[Markup]:
        """What staff have of it where they talk and work."""
        session, chat_id = self.context.session, self.context.chat_id
        count = len(traces.posts_about(session, chat_id=chat_id))
        return [self.context.say("my_data_copies", {"count": count})] if count else []

    def _ideas(self) -> list[Idea]:
        session = self.context.session
        applicant = applicants.find_applicant(session, chat_id=self.context.chat_id)
        if applicant is None:
            return []
        return ideas.ideas_of(session, applicant_id=applicant.id, states=ideas.ALL_OWN)

    def _idea(self, idea: Idea) -> Markup:
        answers = ideas.newest_answers(self.context.session, idea_id=idea.id)
        return answer_lines(self.context, as_told(self.context, answers))

    def _leads(self) -> list[Lead]:
        return leads.leads_of_chat(self.context.session, chat_id=self.context.chat_id)

    def _lead(self, lead: Lead) -> Markup:
        values = {
            "reference": lead.reference,
            "kind": kind_label(self.context, lead.kind),
            "when": in_words(lead.created_at, self.context.now, self.context.programme.zone),
            "name": lead.applicant_name,
            "contact": contact_words(self.context, lead.contact),
        }
        shown = [self.context.say("my_data_lead", values)]
        if lead.on_behalf_of:
            shown.append(self.context.say("card_on_behalf", {"on_behalf_of": lead.on_behalf_of}))
        if lead.idea:
            shown.append(answer_lines(self.context, lead.idea))
        return lines((*shown, *history_lines(self.context, lead), *self._beside(lead)))

    def _beside(self, lead: Lead) -> list[Markup]:
        """What staff keep about a lead for each other: how much it is, and how to hear more."""
        session = self.context.session
        noted = sum(it.kind == "noted" for it in lead_events.events_of(session, lead))
        notes = noted + (lead.next_action is not None) + (lead.overruled is not None)
        labels = len(lead_labels.labels_of(session, lead.id))
        if not notes and not labels:
            return []
        return [self.context.say("my_data_staff_notes", {"notes": notes, "labels": labels})]

    def _handoffs(self) -> list[Handoff]:
        return handoffs.handoffs_of(self.context.session, chat_id=self.context.chat_id)

    def _handoff(self, handoff: Handoff) -> Markup:
        when = in_words(handoff.created_at, self.context.now, self.context.programme.zone)
        name = "my_data_crisis" if handoff.reason == "crisis" else "my_data_handoff"
        return self.context.say(name, {"when": when, "words": handoff.words})


class Forget(BoundAction):
    """Deletes everything about this chat once `forget_confirmed` is true.

    Of what was sent only the reference stays, and what stands in the staff chat is written over.
    """

    called = "action_forget"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Restarts the dialogue, so that nothing of it is remembered either."""
        if tracker.get_slot("forget_confirmed") is not True:
            return []
        session, chat_id = self.context.session, self.context.chat_id
        names = naming(session, chat_id=chat_id)  # as long as there are any
        forget_groups(self.context)  # first: what a group has sent is its next contact's then
        sent = leads.leads_of_chat(session, chat_id=chat_id)
        posts = traces.posts_about(session, chat_id=chat_id)
        forget_matching(self.context)
        self._empty_outbox(posts, sent)
        self._write_over(posts)
        for lead in sent:
            lead_senders.make_anonymous(session, lead, now=self.context.now)
            queue_for_staff(self.context, "lead_card_edit", {"lead_id": lead.id}, Lane.LEADS)
        for place in threads.lose_resident(session, chat_id=chat_id, now=self.context.now):
            threads.name_anew(session, place, now=self.context.now)
        traces.forget_chat(session, chat_id=chat_id)
        free_words.erase_reasons(session, chat_id=chat_id)
        free_words.erase_naming(session, names)
        dispatcher.utter_message(
            response="utter_forgotten_sent" if sent else "utter_forgotten",
            references=", ".join(lead.reference for lead in sent),
        )
        return [Restarted()]

    def _empty_outbox(self, posts: list[Message], sent: list[Lead]) -> None:
        session, chat_id = self.context.session, self.context.chat_id
        asked = handoffs.handoffs_of(session, chat_id=chat_id)
        events = [event for lead in sent for event in lead_events.events_of(session, lead)]
        traces.empty_outbox(
            session,
            post_ids=[post.id for post in posts],
            keys=[
                *(handoff_key(handoff.id) for handoff in asked),
                *(event_key(event.id) for event in events),
            ],
            now=self.context.now,
        )

    def _write_over(self, posts: list[Message]) -> None:
        """Cards are written anew from what is left of their lead; other posts lose their words,
        and what was passed on goes altogether."""
        session, now = self.context.session, self.context.now
        for post in posts:
            was_sent = post.direction == "out" and post.external_id is not None
            kind = "deletion" if post.media else "message"
            removed = self._instead_in(post.chat_id) if was_sent else None
            traces.blank(session, post, text=removed, now=now)
            if was_sent and not self._is_card(post) and not self._is_in_console(post):
                queue(
                    session,
                    chat_id=post.chat_id,
                    kind=kind,
                    lane=Lane.LEADS,
                    now=now,
                    message_id=post.id,
                )

    def _instead_in(self, chat_id: int) -> str:
        """What stands there then: with staff, or with who was shown the idea or put in touch."""
        session = self.context.session
        is_staffs = (
            self._is_staffs(chat_id)
            or staff.is_among_staff(session, chat_id)
            or console_chats.is_one(session, chat_id)
        )
        name = "staff_words_removed" if is_staffs else "utter_shared_removed"
        return str(self.context.say(name, {}))

    def _is_in_console(self, post: Message) -> bool:
        return console_chats.is_one(self.context.session, post.chat_id)

    def _is_staffs(self, chat_id: int) -> bool:
        is_desk = chat_id == self.context.staff_chat_id
        return is_desk or threads.is_staffs(self.context.session, chat_id)

    def _is_card(self, post: Message) -> bool:
        if post.lead_id is None or not self._is_staffs(post.chat_id):
            return False
        card = messages.card_of_lead(
            self.context.session, lead_id=post.lead_id, chat_id=post.chat_id
        )
        return card is not None and card.id == post.id

"""Staff write in a group's own chat, if the group allows it: `/togroup` as a reply to a card."""

from actions.members.names import first_name, group_name
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.talk.relaying import keep_reply
from bot.pipeline import speech
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import chats, groups, lead_events, leads
from storage.models import Group, Lead


class GroupWords:
    """The command `/togroup`."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"togroup": self._pass_on}

    def _pass_on(self, moment: Moment, words: str) -> Outcome:
        session, post = moment.session, moment.post
        if post is not None:
            keep_reply(moment, post)
        lead = leads.get_lead(session, post.lead_id) if post and post.lead_id else None
        return Outcome((self._told(moment, lead, words),), lead_id=lead.id if lead else None)

    def _told(self, moment: Moment, lead: Lead | None, words: str) -> Reply:
        """Do what the words after the command say of this lead's group; the answer to staff."""
        session = moment.session
        group = groups.get_group(session, lead.group_id) if lead and lead.group_id else None
        if lead is None or not words.strip():
            return self._wording.reply("staff_togroup_how", {})
        if group is None:
            return self._wording.reply("staff_togroup_no_group", {"reference": lead.reference})
        name = {"group": group_name(session, group, self.say)}
        if group.closed_at is not None or chats.get_chat(session, group.chat_id).blocked_at:
            return self._wording.reply("staff_togroup_gone", name)
        if not group.staff_may_write:
            return self._wording.reply("staff_togroup_not_agreed", name)
        self._tell(moment, lead, group, words.strip())
        return self._wording.reply("staff_togroup_done", name)

    def _tell(self, moment: Moment, lead: Lead, group: Group, words: str) -> None:
        """It is marked as from the team, by the first name of who writes."""
        session, now = moment.session, moment.now
        who = moment.member.name
        leads.hold_leads(session, [lead.id])
        lead_events.record_event(session, lead, kind="staff_said", who=who, words=words, now=now)
        values = {
            "staff_name": first_name(moment.member.name),
            "staff_words": words,
            "reference": lead.reference,
        }
        reply = self._wording.reply("utter_group_from_staff", values)
        speech.queue_replies(session, chat_id=group.chat_id, replies=[reply], now=now)

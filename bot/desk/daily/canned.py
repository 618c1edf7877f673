"""What staff say often: replies that the content words, sent by name."""

from dataclasses import replace

from actions.labels import lines
from actions.members.names import first_name
from bot.desk.buttons import button, chosen
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.naming import lead_meant, not_meant
from bot.desk.posts import answer_in_place
from bot.desk.talk.elsewhere import Elsewhere
from bot.desk.talk.relaying import pass_words
from bot.pipeline.wording import Wording
from dialogues.exchange import Button
from dialogues.programme import Programme
from storage import chats
from storage.models import Lead


class Canned:
    """The command `/say`, and the buttons of its list and its preview."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._names = programme.staffing.canned
        self._elsewhere = Elsewhere(wording=wording, programme=programme)

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"say": self._say}

    def _say(self, moment: Moment, words: str) -> Outcome:
        values = chosen(moment, words)
        lead, rest = lead_meant(moment, "" if values else words)
        if lead is None:
            return not_meant(self._wording, words, "staff_say_how")
        if lead.chat_id is None:
            return self._unreachable(lead)
        name = values.get("name", rest).strip().casefold().replace(" ", "_")
        if name not in self._names:
            return self._list(moment, lead, said=rest)
        if values.get("send") != "yes" and values:
            return self._preview(moment, lead, name)
        return self._send(moment, lead, name)

    def _unreachable(self, lead: Lead) -> Outcome:
        if lead.entered_by is None:
            return Outcome((self._wording.reply("staff_resident_gone", {}),), lead_id=lead.id)
        return Outcome((self._elsewhere.reply(lead),), lead_id=lead.id)

    def _list(self, moment: Moment, lead: Lead, *, said: str) -> Outcome:
        """All of them as they would read, each with a button."""
        shown = [
            self._wording.say(
                "staff_say_line", {"name": it, "words": self._worded(moment, lead, it)}
            )
            for it in self._names
        ]
        response = "staff_say_unknown" if said else "staff_say_list"
        values = {"reference": lead.reference, "said": said, "lines": lines(shown)}
        buttons = tuple(button(it.replace("_", " "), "say", name=it) for it in self._names)
        reply = replace(self._wording.reply(response, values), buttons=buttons)
        return answer_in_place(moment, lead, reply)

    def _preview(self, moment: Moment, lead: Lead, name: str) -> Outcome:
        values = {"who": lead.applicant_name, "words": self._worded(moment, lead, name)}
        reply = self._wording.reply("staff_say_preview", values)
        # Where the list had its first buttons is nothing: pressing one twice sends nothing.
        free = (Button(""),) * len(self._names)
        send = button(self._label("send"), "say", name=name, send="yes")
        other = button(self._label("other"), "say", name="")
        return answer_in_place(moment, lead, replace(reply, buttons=(*free, send, other)))

    def _send(self, moment: Moment, lead: Lead, name: str) -> Outcome:
        resident = chats.get_chat(moment.session, lead.chat_id or 0)
        if resident.blocked_at is not None:
            return Outcome((self._wording.reply("staff_resident_gone", {}),), lead_id=lead.id)
        words = self._worded(moment, lead, name)
        arrival = moment.arrival
        key = f"{moment.chat.id}:{arrival.callback_id or arrival.message_id}:{name}"
        pass_words(moment, resident, lead, words, key=key)
        values = {"who": lead.applicant_name, "words": words, "reference": lead.reference}
        return answer_in_place(moment, lead, self._wording.reply("staff_say_sent", values))

    def _worded(self, moment: Moment, lead: Lead, name: str) -> str:
        known = first_name(lead.applicant_name) if lead.applicant_name else None
        values = {
            "name": known or self._wording.say("staff_say_nameless", {}),
            "reference": lead.reference,
            "staff_name": first_name(moment.member.name),
        }
        return str(self._wording.say(f"canned_{name}", values).unescape())

    def _label(self, name: str) -> str:
        return str(self._wording.say(f"staff_button_{name}", {}).unescape())

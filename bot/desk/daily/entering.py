"""Entering a lead by hand: `/new`, question by question or all in one line.

Each question carries what was said before it, so a form is nowhere but in its own last question.
Whoever replies to an earlier one changes that answer and goes on from there.
"""

from dataclasses import replace

from actions.leads.lead_drafts import new_reference
from actions.leads.qualification import qualify
from bot.desk.buttons import button, chosen
from bot.desk.daily.entry_forms import NOTHING_SAID, EntryForm, Misread
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.posts import change_post
from bot.desk.questions import asking, said_before
from bot.pipeline.arrival import Happened
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import hand_entered, outbox
from storage.hand_entered import Entry
from storage.models import Lead
from storage.outbox import Lane

_WORDS = "entered_words"  # the question under which the words of the form stand


class Entering:
    """The command `/new`, and the answers to its questions."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._programme = programme
        self._form = EntryForm(wording=wording, programme=programme)

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"new": self._new}

    def _new(self, moment: Moment, words: str) -> Outcome:
        if moment.arrival.text.startswith("/"):
            return self._in_one(moment, words) if words else self._begin(moment)
        return self._answered(moment, words)

    def _begin(self, moment: Moment) -> Outcome:
        form = f"{moment.chat.id}:{moment.arrival.message_id}"
        return Outcome((self._question({"form": form}, "name"),))

    def _in_one(self, moment: Moment, line: str) -> Outcome:
        said = self._form.in_one(line)
        if isinstance(said, Misread):
            values = {"said": said.said, "line": line}
            return Outcome((self._wording.reply(f"staff_new_line_{said.step}", values),))
        form = f"{moment.chat.id}:{moment.arrival.message_id}"
        return self._enter(moment, {**said, "form": form})

    def _answered(self, moment: Moment, words: str) -> Outcome:
        """An answer is kept with those before it. One that cannot be is asked for again."""
        said = said_before(moment.post)
        step = said.pop("step", None)
        if step is None:
            return Outcome((self._wording.reply("staff_new_how", {}),))
        chosen_now = chosen(moment, words).get("value")
        answer = chosen_now if chosen_now is not None else self._form.read(step, words)
        if isinstance(answer, Misread):
            return Outcome((self._question(said, step, misread=answer),))
        said = {**said, step: answer}
        follows = self._form.next_step(said)
        if follows is None:
            return self._enter(moment, said)
        return _in_turn(moment, self._question(said, follows))

    def _question(
        self, said: dict[str, str], step: str, *, misread: Misread | None = None
    ) -> Reply:
        ask = self._wording.reply(f"staff_new_ask_{step}", {"who": said.get("name")})
        if misread is not None:
            values = {"said": misread.said, "question": ask.text}
            ask = replace(ask, text=self._wording.say("staff_new_misread", values))
        choices = self._form.choices(step)
        if step == "contact":
            choices = {NOTHING_SAID: choices[NOTHING_SAID]}
        buttons = tuple(button(label, "new", value=value) for value, label in choices.items())
        return asking(replace(ask, buttons=buttons), "new", **said, step=step)

    def _enter(self, moment: Moment, said: dict[str, str]) -> Outcome:
        session, told = moment.session, {k: v for k, v in said.items() if v != NOTHING_SAID}
        entry = Entry(
            reference=new_reference(session, prefix=self._programme.reference_prefix),
            dedupe_key=f"entered:{said['form']}",
            kind=said["offer"],
            name=said["name"],
            contact=told.get("contact"),
            borough=told.get("borough"),
            theme=told.get("theme"),
            idea={"title": None, "answers": {_WORDS: said["about"]}},
            source=told.get("source"),
            consented=said["consent"] == "yes",
        )
        lead, is_new = hand_entered.enter_lead(session, entry, by=moment.member, now=moment.now)
        if is_new:
            qualify(session, lead, programme=self._programme)
            self._post_card(moment, lead)
        values = {"reference": lead.reference, "who": lead.applicant_name}
        name = "staff_new_entered" if is_new else "staff_new_entered_already"
        opens = button(self._label("open_lead"), "lead", reference=lead.reference)
        reply = replace(self._wording.reply(name, values), buttons=(opens,))
        return replace(_in_turn(moment, reply), lead_id=lead.id)

    def _post_card(self, moment: Moment, lead: Lead) -> None:
        if moment.desk_id is not None:
            outbox.queue(
                moment.session,
                chat_id=moment.desk_id,
                kind="lead_card",
                lane=Lane.LEADS,
                now=moment.now,
                payload={"lead_id": lead.id},
                dedupe_key=f"card:{lead.id}",
            )

    def _label(self, name: str) -> str:
        return str(self._wording.say(f"staff_button_{name}", {}).unescape())


def _in_turn(moment: Moment, reply: Reply) -> Outcome:
    """Where a choice was pressed, what follows takes the place of the question."""
    if moment.post is None or moment.arrival.happened is not Happened.PRESSED:
        return Outcome((reply,))
    change_post(moment, moment.post, reply)
    return Outcome()

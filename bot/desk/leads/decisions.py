"""Deciding on leads: qualified, declined, done, opened again. The resident hears of each in words
that staff have seen before, and nothing goes if the lead changed meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from actions.labels import button
from bot.desk.buttons import chosen, is_press
from bot.desk.leads.merging import Merging
from bot.desk.leads.previews import Previews
from bot.desk.leads.reaching import Way, tell
from bot.desk.moment import NOTHING, Deeds, Moment, Outcome
from bot.desk.naming import lead_meant, not_meant
from bot.desk.showing import show_change
from bot.pipeline.wording import Wording
from dialogues.exchange import Button
from dialogues.programme import Programme
from storage import decisions, lead_events, lead_steps, leads
from storage.lead_statuses import may
from storage.models import Decision, Lead

_INTERNAL = "//"  # so begins what staff say among themselves


class Deciding:
    """The buttons and commands, and what is done with a preview."""

    def __init__(
        self, *, wording: Wording, programme: Programme, merging: Merging, has_mail: bool = False
    ) -> None:
        self._wording = wording
        self._programme = programme
        self._merging = merging
        self._previews = Previews(wording=wording, programme=programme, has_mail=has_mail)

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {
            "qualify": partial(self._about, "qualify", self._qualify),
            "decline": partial(self._about, "decline", self._decline),
            "reopen": partial(self._about, "reopen", self._reopen),
            "decision_send": self._send,
            "decision_words": self._tell_how,
            "decision_cancel": self._cancel,
        }

    def show_done(self, moment: Moment, words: str) -> Outcome:
        """The button *Done*: what they would read is shown first."""
        return self._about("done", self._done, moment, words)

    def reworded(self, moment: Moment, words: str) -> Outcome | None:
        """A reply to a preview puts it in other words; None if the post is none."""
        post = moment.post
        decision = decisions.shown_in(moment.session, post.id) if post else None
        if post is None or decision is None:
            return None
        if words.startswith(_INTERNAL):
            return NOTHING
        if decision.closed_at is not None:
            return self._post("staff_preview_over")
        if not words.strip():
            return self._post("staff_preview_how")
        [lead] = leads.hold_leads(moment.session, [decision.lead_id])
        before, decision.words = decision.words, words.strip()
        shown = self._previews.preview(moment, lead, decision)
        if self._previews.is_too_long(shown):
            decision.words = before
            return self._post("staff_preview_too_long")
        self._previews.rewrite(moment, post, shown)
        return Outcome(lead_id=lead.id)

    def _about(
        self, verb: str, deed: Callable[[Moment, Lead, str], Outcome], moment: Moment, words: str
    ) -> Outcome:
        """Do it with the lead that is meant, as it is now."""
        meant, said = lead_meant(moment, words)
        if meant is None and is_press(moment):
            return self._notice("staff_old_button")
        if meant is None:
            return not_meant(self._wording, words, "staff_which_lead", verb=verb)
        [lead] = leads.hold_leads(moment.session, [meant.id])
        return deed(moment, lead, chosen(moment, words).get("reason", said))

    def _qualify(self, moment: Moment, lead: Lead, _words: str) -> Outcome:
        return self._show(moment, lead, "qualified")

    def _done(self, moment: Moment, lead: Lead, _words: str) -> Outcome:
        return self._show(moment, lead, "done")

    def _decline(self, moment: Moment, lead: Lead, said: str) -> Outcome:
        if not may("declined", lead.status):
            return self._not_now(moment, lead)
        reason = self._reason(said)
        if reason is not None:
            return self._show(moment, lead, "declined", reason=reason)
        names = self._programme.staffing.decline_reasons
        values = {"reference": lead.reference, "said": said, "names": "|".join(names)}
        response = "staff_decline_unknown" if said else "staff_decline_which"
        asked = replace(self._wording.reply(response, values), buttons=self._reasons())
        return Outcome((asked,), lead_id=lead.id)

    def _reopen(self, moment: Moment, lead: Lead, _words: str) -> Outcome:
        if lead.status == "duplicate":
            return self._merging.take_apart(moment, lead)
        return self._show(moment, lead, "reopened")

    def _show(self, moment: Moment, lead: Lead, kind: str, *, reason: str | None = None) -> Outcome:
        if not may(kind, lead.status):
            return self._not_now(moment, lead)
        decision = decisions.preview(
            moment.session, lead, kind=kind, reason=reason, by=moment.member, now=moment.now
        )
        self._previews.post(moment, lead, decision)
        return Outcome(lead_id=lead.id, detail=_detail(decision))

    def _send(self, moment: Moment, _words: str) -> Outcome:
        decision = self._open(moment)
        if decision is None or moment.post is None:
            return self._notice("staff_preview_over")
        [lead] = leads.hold_leads(moment.session, [decision.lead_id])
        if lead.version != decision.version or not may(decision.kind, lead.status):
            return self._outdated(moment, lead, decision)
        self._tell(moment, lead, decision)
        lead_steps.decide(
            moment.session,
            lead,
            kind=decision.kind,
            reason=decision.reason,
            words=self._kept_words(decision),
            by=moment.member,
            now=moment.now,
        )
        decisions.end(moment.session, decision, outcome=decisions.SENT, now=moment.now)
        self._previews.rewrite(moment, moment.post, self._previews.sent(moment, lead, decision))
        show_change(moment, lead)
        sent = self._notice(
            f"staff_preview_send{self._previews.way(moment, lead)}",
            reference=lead.reference,
            what=self._wording.say(f"staff_decided_{decision.kind}", {}),
        )
        return replace(sent, lead_id=lead.id, detail=_detail(decision))

    def _tell(self, moment: Moment, lead: Lead, decision: Decision) -> None:
        way = self._previews.way(moment, lead)
        if way is not Way.UNTOLD:
            said = self._previews.for_resident(moment, lead, decision)
            tell(moment.session, lead, said, way=way, now=moment.now)

    def _kept_words(self, decision: Decision) -> str | None:
        """What the lead keeps of it: staff's own words, and of one that is done always words."""
        if decision.words or decision.kind != "done":
            return decision.words
        return str(self._wording.say("decision_told_done", {}).striptags())

    def _outdated(self, moment: Moment, lead: Lead, decision: Decision) -> Outcome:
        """Nothing goes. They hear who did what, and see it anew, where it can still be decided."""
        session, post = moment.session, moment.post
        changes = lead_events.changes_since(session, lead, version=decision.version)
        told = self._previews.outdated(moment, lead, changes)
        decisions.end(session, decision, outcome=decisions.OUTDATED, now=moment.now)
        if post is not None:
            self._previews.rewrite(moment, post, told)
        if may(decision.kind, lead.status):
            fresh = decisions.preview(
                session,
                lead,
                kind=decision.kind,
                reason=decision.reason,
                words=decision.words,
                by=moment.member,
                now=moment.now,
            )
            self._previews.post(moment, lead, fresh)
        return Outcome(notice=told, lead_id=lead.id, detail={**_detail(decision), "sent": False})

    def _tell_how(self, moment: Moment, _words: str) -> Outcome:
        is_open = self._open(moment) is not None
        return self._notice("staff_preview_how" if is_open else "staff_preview_over")

    def _cancel(self, moment: Moment, _words: str) -> Outcome:
        decision, post = self._open(moment), moment.post
        lead = leads.get_lead(moment.session, decision.lead_id) if decision else None
        if decision is None or post is None or lead is None:
            return self._notice("staff_preview_over")
        decisions.end(moment.session, decision, outcome=decisions.DROPPED, now=moment.now)
        values = {"reference": lead.reference, "by": moment.member.name}
        dropped = self._wording.reply("staff_preview_dropped", values)
        self._previews.rewrite(moment, post, dropped)
        return self._notice("staff_preview_cancel", reference=lead.reference)

    def _open(self, moment: Moment) -> Decision | None:
        found = decisions.shown_in(moment.session, moment.post.id) if moment.post else None
        return found if found is not None and found.closed_at is None else None

    def _reason(self, said: str) -> str | None:
        """The reason of this name, or with this label."""
        plain = said.strip().casefold()
        names = self._programme.staffing.decline_reasons
        return next((it for it in names if plain in (it, self._label(it).casefold())), None)

    def _reasons(self) -> tuple[Button, ...]:
        """A button for each reason to decline."""
        made = (
            button(self._label(it), f"/decline(reason={it})")
            for it in self._programme.staffing.decline_reasons
        )
        return tuple(Button(it["title"], payload=it["payload"]) for it in made)

    def _label(self, reason: str) -> str:
        return str(self._wording.say(f"decline_label_{reason}", {}).unescape())

    def _not_now(self, moment: Moment, lead: Lead) -> Outcome:
        status = self._wording.say(f"card_status_{lead.status}", {})
        values: dict[str, Any] = {"reference": lead.reference, "status": status}
        return self._answer(moment, "staff_not_now", values)

    def _answer(self, moment: Moment, response: str, values: dict[str, Any]) -> Outcome:
        reply = self._wording.reply(response, values)
        return Outcome(notice=reply) if is_press(moment) else Outcome((reply,))

    def _notice(self, response: str, **values: Any) -> Outcome:
        return Outcome(notice=self._wording.reply(response, values))

    def _post(self, response: str) -> Outcome:
        return Outcome((self._wording.reply(response, {}),))


def _detail(decision: Decision) -> dict[str, Any]:
    """What the audit trail says of it."""
    return {"kind": decision.kind, "reason": decision.reason}

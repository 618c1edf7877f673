"""Runs a test case against anything that answers, and says what did not come as expected."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from dialogues.exchange import Asked, Attachment, Did, Incoming, Reply
from dialogues.runner import Outcome
from dialogues.testcases.cases import Case, CaseStep
from dialogues.testcases.shape import Assertion, Extra, StepSpec, Uttered


class Partner(Protocol):
    """Anything that a case can be run against, from a fresh conversation on."""

    def begin(self, slots: Mapping[str, Any]) -> None: ...

    def take(self, incoming: Incoming) -> Outcome: ...

    def apologise(self) -> Outcome:
        """What is said when answering has failed."""

    def wait(self, days: int) -> None:
        """Let days go by before the next message."""

    def meanwhile(self, span: timedelta, staff: Mapping[str, Any]) -> Sequence[Reply]:
        """Let this time go by, and staff do this then; what is said to them unasked by the end."""

    def outdate(self) -> None:
        """Make the conversation one that was held with older content, whose questions are gone."""


@dataclass(slots=True)
class _Run:
    partner: Partner
    failures: list[str] = field(default_factory=list)
    shown: list[Reply] = field(default_factory=list)
    outcome: Outcome | None = None
    said: list[Reply] = field(default_factory=list)  # by the newest step that may say something
    unmatched: list[Reply] = field(default_factory=list)

    def hear(self, replies: Sequence[Reply]) -> None:
        self.said, self.unmatched = list(replies), list(replies)
        self.shown.extend(replies)


def run_case(case: Case, partner: Partner) -> list[str]:
    """What did not come as expected, each with its file and line; empty when all did."""
    run = _Run(partner)
    partner.begin(case.slots)
    for step in case.steps:
        for message in _step(run, step):
            run.failures.append(f"{step.where.file}:{step.where.line}: {message}")
    return run.failures


def _step(run: _Run, step: CaseStep) -> Iterator[str]:
    spec = step.spec
    if spec.user is not None:
        _say(run, spec.user, step.extra)
    elif spec.later is not None or spec.staff is not None:
        span = timedelta(**spec.later.model_dump()) if spec.later else timedelta()
        run.hear(run.partner.meanwhile(span, spec.staff or {}))
    elif spec.utter is not None:
        yield from _expect(
            run, f"utter {spec.utter}", [it.response == spec.utter for it in run.unmatched]
        )
    elif spec.bot is not None:
        wanted = _plain(spec.bot)
        yield from _expect(
            run, f"bot {wanted!r}", [_plain(it.text) == wanted for it in run.unmatched]
        )
    else:
        yield from _slots(run, spec)
    for assertion in spec.assertions:
        yield from _assertion(run, assertion)


def _say(run: _Run, text: str, extra: Extra) -> None:
    if extra.after_days:
        run.partner.wait(extra.after_days)
    if extra.outdated:
        run.partner.outdate()
    if extra.fails:
        run.outcome = run.partner.apologise()
    else:
        run.outcome = run.partner.take(incoming_for(text, extra, run.shown))
    run.hear(run.outcome.replies)


def incoming_for(text: str, extra: Extra, shown: Sequence[Reply]) -> Incoming:
    """What the words of a `user` step stand for, given all that has been shown."""
    asked = _asked(extra.asked)
    if extra.event:
        return Incoming(Did.INTERNAL, payload=text, values=extra.values)
    if extra.attachment is not None:
        attachment = Attachment(extra.attachment, file_id="file", phone=extra.values.get("phone"))
        return Incoming(Did.ATTACHMENT, text, asked=asked, attachments=(attachment,))
    if extra.edits is not None:
        return Incoming(Did.EDIT, text, asked=_asked(extra.edits))
    for reply in reversed(shown):
        for button in reply.buttons:
            if button.payload is not None and text in {button.label, button.payload}:
                return Incoming(Did.PRESS, button.label, button.payload, asked or reply.asked)
    if re.match(r"/(?:[A-Z]|\w+\()", text):
        return Incoming(Did.PRESS, payload=text, asked=asked)
    return Incoming(Did.TEXT, text, asked=asked)


def outdated(saved: Mapping[str, Any]) -> dict[str, Any]:
    """A saved conversation as if the flow that is open in it were no longer in the content."""
    stack = [dict(frame) for frame in saved["stack"]] or [{"step": "gone"}]
    stack[-1]["flow"] = "a_flow_that_is_gone"
    return {**saved, "stack": stack}


def _asked(name: str | None) -> Asked | None:
    flow, dot, step = (name or "").partition(".")
    return Asked(flow, step) if dot else None


def _expect(run: _Run, wanted: str, matches: Sequence[bool]) -> Iterator[str]:
    """The first reply that matches; those before it need not be expected."""
    if True in matches:
        del run.unmatched[: matches.index(True) + 1]
        return
    said = [it.response or _plain(it.text) for it in run.said]
    yield f"expected {wanted}; said: {', '.join(said) or 'nothing'}"


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def _slots(run: _Run, spec: StepSpec) -> Iterator[str]:
    for items, should in ((spec.slot_was_set, True), (spec.slot_was_not_set, False)):
        for item in items or ():
            named: Mapping[str, Any] = {item: _ANY} if isinstance(item, str) else item
            for name, value in named.items():
                yield from _slot(run, name, value, should=should)


_ANY = object()


def _slot(run: _Run, name: str, value: Any, *, should: bool) -> Iterator[str]:
    actual = run.outcome.state.slots.get(name) if run.outcome else None
    met = actual is not None if value is _ANY else actual == value
    if met is not should:
        expected = "" if value is _ANY else f" to {value!r}"
        yield f"slot {name} {'was not' if should else 'was'} set{expected}; it is {actual!r}"


# --- assertions --------------------------------------------------------------------------------


def _assertion(run: _Run, it: Assertion) -> Iterator[str]:
    trace = run.outcome.trace if run.outcome else []
    yield from _flows(it, trace)
    if it.action_executed is not None and f"run {it.action_executed}" not in trace:
        yield f"action {it.action_executed} was not executed"
    for wanted, should in ((it.slot_was_set, True), (it.slot_was_not_set, False)):
        for slot in wanted or ():
            value = slot.value if "value" in slot.model_fields_set else _ANY
            yield from _slot(run, slot.name, value, should=should)
    if it.bot_uttered is not None and not _uttered(run, it.bot_uttered):
        yield f"the bot did not utter {it.bot_uttered.model_dump(exclude_defaults=True)}"
    if it.bot_did_not_utter is not None and _uttered(run, it.bot_did_not_utter):
        yield f"the bot uttered {it.bot_did_not_utter.model_dump(exclude_defaults=True)}"
    yield from _clarified(run, it.pattern_clarification_contains or ())


def _flows(it: Assertion, trace: Sequence[str]) -> Iterator[str]:
    if it.flow_started is not None:
        ids = [it.flow_started] if isinstance(it.flow_started, str) else it.flow_started.flow_ids
        some = not isinstance(it.flow_started, str) and it.flow_started.operator == "any"
        started = [f"start {name}" in trace for name in ids]
        if not (any(started) if some else all(started)):
            yield f"flow {', '.join(ids)} was not started"
    if it.flow_completed is not None and f"end {it.flow_completed.flow_id}" not in trace:
        yield f"flow {it.flow_completed.flow_id} was not completed"
    if it.flow_cancelled is not None and f"cancel {it.flow_cancelled.flow_id}" not in trace:
        yield f"flow {it.flow_cancelled.flow_id} was not cancelled"


def _uttered(run: _Run, wanted: Uttered) -> bool:
    return any(_is(reply, wanted) for reply in run.said)


def _is(reply: Reply, wanted: Uttered) -> bool:
    if wanted.utter_name is not None and reply.response != wanted.utter_name:
        return False
    if wanted.text_matches is not None and not re.search(wanted.text_matches, _plain(reply.text)):
        return False
    shown = {(button.label, button.payload) for button in reply.buttons}
    labels = {label for label, _ in shown}
    return all(
        it.title in labels if it.payload is None else (it.title, it.payload) in shown
        for it in wanted.buttons
    )


def _clarified(run: _Run, flows: Sequence[str]) -> Iterator[str]:
    payloads = {button.payload for reply in run.said for button in reply.buttons}
    for flow in flows:
        if f"/{flow}" not in payloads:
            yield f"the flow {flow} was not offered"

"""Makes a chart of a flow: steps that follow one another without a choice share a card."""

from collections import Counter
from dataclasses import replace

from dialogues.drawing.branching import ways_on
from dialogues.drawing.chart import START, Arrow, Card, Chart, Kind, Row
from dialogues.drawing.reasons import in_words
from dialogues.drawing.rows import row_of
from dialogues.drawing.wording import Wording, listed
from dialogues.model import END, Collect, Content, Flow, Link, Noop, Step

_EXAMPLES = 2
_CLEAR = 20  # letters: shorter examples say little, and long ones are special


def chart_of(content: Content, flow: Flow) -> Chart:
    return _Charting(content, flow).chart()


class _Charting:
    def __init__(self, content: Content, flow: Flow) -> None:
        self._content = content
        self._flow = flow
        self._wording = Wording(content)
        self._heads = _heads(flow)
        self._cards: dict[str, Card] = {}
        self._arrows: list[Arrow] = []

    def chart(self) -> Chart:
        flow = self._flow
        self._cards[START] = Card(START, (Row(Kind.START),))
        self._arrows.append(Arrow(START, flow.first))
        self._follow(flow.first, ())
        return Chart(
            name=flow.name,
            title=flow.title,
            description=flow.description,
            starts=_starts(self._content, flow, self._wording),
            cards=tuple(self._cards.values()),
            arrows=tuple(self._arrows),
        )

    def _follow(self, head: str, above: tuple[str, ...]) -> None:
        """Draws the card and all that comes after it. `above` are the cards on the way here."""
        chain = self._chain(head)
        rows = [row for row in map(self._row, chain) if row is not None]
        last = chain[-1]
        if len(last.ways) == 1 and last.ways[0].target == END and not isinstance(last, Link):
            rows.append(Row(Kind.END))
        decides = Row(Kind.DECIDE, where=last.where)
        self._cards[head] = Card(head, tuple(rows) or (decides,))
        if rows and rows[-1].kind in {Kind.END, Kind.LINK}:
            return
        for arrow in ways_on(self._content, self._wording, last):
            self._lead(replace(arrow, source=head), (*above, head))

    def _row(self, step: Step) -> Row | None:
        return row_of(self._content, self._wording, step)

    def _chain(self, head: str) -> list[Step]:
        chain = [self._flow.steps[head]]
        while len(chain[-1].ways) == 1 and not isinstance(chain[-1], Link):
            target = chain[-1].ways[0].target
            if target in self._heads or target not in self._flow.steps:
                break
            chain.append(self._flow.steps[target])
        return chain

    def _lead(self, arrow: Arrow, above: tuple[str, ...]) -> None:
        target = arrow.target
        if target == END:
            self._end(arrow, Row(Kind.END))
        elif target in above:
            self._end(arrow, Row(Kind.BACK, self._cards[target].rows[0].text))
        else:
            self._arrows.append(arrow)
            if target not in self._cards:
                self._follow(target, above)

    def _end(self, arrow: Arrow, row: Row) -> None:
        key = f"{arrow.source} {len(self._arrows)}"
        self._cards[key] = Card(key, (row,))
        self._arrows.append(replace(arrow, target=key))


def _heads(flow: Flow) -> set[str]:
    """Steps that begin a card: questions, and those reached by a choice or from several sides."""
    reached = Counter(way.target for step in flow.steps.values() for way in step.ways)
    heads = {flow.first}
    for step in flow.steps.values():
        if isinstance(step, Collect) or reached[step.id] != 1:
            heads.add(step.id)
        if len(step.ways) > 1 or isinstance(step, Noop):
            heads.update(way.target for way in step.ways)
    return heads - {END}


def _starts(content: Content, flow: Flow, wording: Wording) -> str:
    """The command and a few of the words that start it, and when it may not be started."""
    intents = [intent for intent, _ in flow.intents]
    commands = [f"/{it.command}" for it in content.programme.commands if it.intent in intents]
    known = content.language.intents.exact
    examples = [text for text, intent in known.items() if intent in intents]
    clear = sorted(examples, key=lambda it: abs(len(it) - _CLEAR))
    ways = [*commands, *(f"“{it}”" for it in clear[:_EXAMPLES])]
    guard = f" Only if {in_words(wording, flow.guard)}." if flow.guard else ""
    unasked = (
        "Starts by itself when it is needed." if flow.is_pattern else "Started by other flows."
    )
    return (f"Starts with {listed(ways)}." if ways else unasked) + guard

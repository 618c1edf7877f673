"""How a message was understood, stage by stage, for those who write the content."""

from dialogues.model import Content
from dialogues.understanding.entities.finding import entities_in
from dialogues.understanding.entities.kinds import Entity
from dialogues.understanding.reading import Reading
from dialogues.understanding.text import normalise


def stages_of(content: Content, text: str, reading: Reading) -> dict[str, object]:
    """The stages in their order, then what came of them."""
    language, said = content.language, normalise(text)
    judged, thresholds = language.intents.judge(text), language.intents.thresholds
    return {
        "normalised": said,
        "language": language.foreign.language_of(text) or "ours",
        "crisis": language.in_danger(text),
        "crisis rule": language.crisis.rule_for(said) or "none",
        "lexicon": sorted(language.lexicon.meanings(said)),
        "entities": [_described(it, text) for it in entities_in(content, text)],
        "model": "trained" if language.intents.learner.model else "none: by likeness",
        "read as": judged.said,
        "classifier": [f"{intent} {sure:.2f}" for intent, sure in judged.ranked[:5]],
        "outside": f"{judged.outside:.2f}",
        "danger": f"{judged.danger:.2f}",
        "thresholds": f"act {thresholds.act:.2f}, ask {thresholds.ask:.2f}",
        "stage": reading.stage,
        "how": reading.how,
        "commands": [str(command) for command in reading.commands],
    }


def _described(entity: Entity, text: str) -> str:
    """`borough sefton: "Bootle" at 13-19`."""
    values = " or ".join(f"{it:g}" if isinstance(it, float) else str(it) for it in entity.values)
    span = f"{entity.start}-{entity.end}"
    return f'{entity.kind} {values}: "{text[entity.start : entity.end]}" at {span}'

"""How a message was understood, stage by stage, for those who write the content."""

from dialogues.model import Content
from dialogues.understanding.reading import Reading
from dialogues.understanding.text import normalise


def stages_of(content: Content, text: str, reading: Reading) -> dict[str, object]:
    """The stages in their order, then what came of them."""
    language, said = content.language, normalise(text)
    judged, thresholds = language.intents.judge(text), language.intents.thresholds
    return {
        "normalised": said,
        "crisis": language.in_danger(text),
        "crisis rule": language.crisis.rule_for(said) or "none",
        "word": sorted(language.lexicon.meanings(said)),
        "place": list(content.places.find(text)),
        "values": language.values_in(said),
        "model": "trained" if language.intents.learner.model else "none: by likeness",
        "read as": judged.said,
        "intents": [f"{intent} {sure:.2f}" for intent, sure in judged.ranked[:5]],
        "outside": f"{judged.outside:.2f}",
        "danger": f"{judged.danger:.2f}",
        "thresholds": f"act {thresholds.act:.2f}, ask {thresholds.ask:.2f}",
        "stage": reading.stage,
        "commands": [str(command) for command in reading.commands],
    }

"""Small content with the repair patterns in it, to which a test adds a flow with a fault."""

import shutil
from pathlib import Path

import yaml

from bot.settings import Settings
from storage.crypto import new_secret
from tests.world import ROOT

_SHIPPED = ROOT / "dialogues"
_PATTERNS = {
    "session_start": "utter_hello",
    "completed": "utter_anything_else",
    "continue_interrupted": "utter_where_were_we",
    "cancel_flow": "utter_cancelled",
    "correction": "utter_corrected",
    "cannot_handle": "utter_not_understood",
    "skip_question": "utter_cannot_skip",
    "attachment": "utter_attachment",
    "old_button": "utter_old_button",
    "clarification": "utter_did_you_mean",
    "code_change": "utter_code_change",
    "crisis": "utter_crisis",
    "human_handoff": "utter_handoff",
    "internal_error": "utter_internal_error",
    "restart": "utter_restarted",
}
_LEXICON = """
lexicon:
  affirm: ["yes"]
  deny: ["no"]
  skip: [skip]
  cancel: [cancel]
  repeat: [repeat]
  back: [go back]
  change: [change an answer]
"""


def plant(folder: Path, content: str) -> Settings:
    """Settings whose content is `content` (flows, slots and responses in one YAML text, begun by
    the words "open it") and nothing else that could be begun."""
    shutil.copy(_SHIPPED / "places.yml", folder)
    programme = yaml.safe_load((_SHIPPED / "programme.yml").read_text())
    for name, text in {
        "programme.yml": yaml.safe_dump({**programme, "commands": [], "facts": {}}),
        "flows/planted.yml": content.partition("---")[0],
        "flows/patterns.yml": _pattern_flows(),
        "domain/planted.yml": content.partition("---")[2],
        "domain/patterns.yml": _pattern_words(),
        "nlu/lexicon.yml": _LEXICON,
        "nlu/planted.yml": "nlu: [{intent: planted, examples: '- open it'}]",
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return Settings(dialogues=folder, secret_key=new_secret(), _env_file=None)


def _pattern_flows() -> str:
    flows = [
        f"  pattern_{name}: {{description: x, steps: [{{action: {says}}}]}}"
        for name, says in _PATTERNS.items()
    ]
    return "\n".join(["flows:", *flows])


def _pattern_words() -> str:
    words = [
        f"  {says}: [{{text: '{says}', buttons: [{{title: Begin, payload: /planted}}]}}]"
        for says in _PATTERNS.values()
    ]
    return "\n".join(["responses:", *words])

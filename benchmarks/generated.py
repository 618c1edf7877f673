"""Content of any size: the flow that is measured, and as many others beside it as wanted."""

from pathlib import Path

import yaml

from dialogues.checks.triggers import REQUIRED_PATTERNS

# Words that no two generated flows share, so that each flow's examples are its own.
_ONSETS, _NUCLEI, _CODAS = "bdfgklmnprst", "aeiou", "lmnrst"
_TOPICS = ("form", "place", "day", "people")
QUESTIONS = {
    "visit_who": ("Who is coming?", ["me", "group", "school"]),
    "visit_day": ("Which day suits you?", ["weekday", "saturday", "sunday"]),
    "visit_lunch": ("Would you like lunch?", None),
    "visit_name": ("What name shall we put down?", None),
    "visit_why": ("What would you like to see?", None),
    "visit_sure": ("Shall we book it?", None),
}


def write(folder: Path, *, flows: int) -> None:
    """Content with this many flows that residents can start; the patterns come on top."""
    others = [_word(number) for number in range(flows - 1)]
    for kind in ("flows", "domain", "nlu"):
        (folder / kind).mkdir(parents=True)
    _dump(folder / "programme.yml", _programme())
    _dump(folder / "flows" / "patterns.yml", {"flows": _patterns()})
    _dump(folder / "domain" / "patterns.yml", {"responses": _pattern_words()})
    _dump(folder / "flows" / "visit.yml", {"flows": {"book_visit": _visit()}})
    _dump(folder / "domain" / "visit.yml", _visit_words())
    _dump(folder / "nlu" / "visit.yml", {"nlu": _examples("book_visit", "visit"), **_lexicon()})
    for at in range(0, len(others), 5):
        _write_others(folder, f"part{at // 5}", others[at : at + 5])


def _write_others(folder: Path, stem: str, words: list[str]) -> None:
    """Five flows to a file, as authors would have them."""
    _dump(folder / "flows" / f"{stem}.yml", {"flows": {f"ask_{it}": _other(it) for it in words}})
    slots: dict[str, object] = {}
    responses: dict[str, object] = {}
    for word in words:
        slots |= {f"{word}_{topic}": _slot(topic) for topic in _TOPICS}
        responses |= _other_words(word)
    _dump(folder / "domain" / f"{stem}.yml", {"slots": slots, "responses": responses})
    nlu = [item for word in words for item in _examples(f"ask_{word}", word)]
    _dump(folder / "nlu" / f"{stem}.yml", {"nlu": nlu})


def _word(number: int) -> str:
    onset, rest = _ONSETS[number % 12], number // 12
    return f"{onset}{_NUCLEI[rest % 5]}{_CODAS[rest // 5 % 6]}{_ONSETS[number * 7 % 12]}o"


# --- the flow that is measured -----------------------------------------------------------------


def _visit() -> dict[str, object]:
    steps: list[object] = [{"action": "utter_visit_intro"}]
    steps += [{"collect": name} for name in QUESTIONS]
    steps.append(
        {
            "id": "booked",
            "noop": True,
            "next": [
                {"if": "slots.visit_sure", "then": [{"action": "utter_booked", "next": "END"}]},
                {"else": [{"action": "utter_not_booked", "next": "END"}]},
            ],
        }
    )
    return {
        "name": "booking a visit",
        "description": "Takes what is needed for a visit.",
        "nlu_trigger": [{"intent": "book_visit"}],
        "run_pattern_completed": False,
        "steps": steps,
    }


def _visit_words() -> dict[str, object]:
    slots: dict[str, object] = {}
    responses: dict[str, object] = {
        "utter_visit_intro": [{"text": "<b>A visit</b>\nSix questions, and you are booked."}],
        "utter_booked": [{"text": "Booked for {visit_name}: {visit_who}, {visit_day}."}],
        "utter_not_booked": [{"text": "Not booked, then."}],
    }
    for name, (text, values) in QUESTIONS.items():
        closed = name in {"visit_lunch", "visit_sure"}
        if values:
            slots[name] = {"type": "categorical", "values": values}
        else:
            slots[name] = {"type": "bool" if closed else "text"}
        asked: dict[str, object] = {"text": text}
        choices = values or (["true", "false"] if closed else [])
        if choices:
            asked["buttons"] = [_button(name, it) for it in choices]
        responses[f"utter_ask_{name}"] = [asked]
    return {"slots": slots, "responses": responses}


def _button(slot: str, value: str) -> dict[str, str]:
    title = {"true": "Yes, please", "false": "No thanks"}.get(value, value.capitalize())
    return {"title": title, "payload": f"/SetSlots({slot}={value})"}


# --- the flows beside it -----------------------------------------------------------------------


def _other(word: str) -> dict[str, object]:
    return {
        "name": f"asking about {word}",
        "description": f"Takes what is needed for {word}.",
        "nlu_trigger": [{"intent": f"ask_{word}"}],
        "steps": [
            {"action": f"utter_{word}_intro"},
            {
                "collect": f"{word}_form",
                "next": [
                    {"if": f'slots.{word}_form = "long"', "then": "place"},
                    {"else": "people"},
                ],
            },
            {"id": "place", "collect": f"{word}_place"},
            {"collect": f"{word}_day"},
            {
                "id": "people",
                "collect": f"{word}_people",
                "rejections": [
                    {"if": f"slots.{word}_people < 1", "utter": f"utter_{word}_too_few"}
                ],
            },
            {"action": f"utter_{word}_done"},
        ],
    }


def _slot(topic: str) -> dict[str, object]:
    if topic == "form":
        return {"type": "categorical", "values": ["short", "long", "other"]}
    return {"type": "float"} if topic == "people" else {"type": "text"}


def _other_words(word: str) -> dict[str, object]:
    buttons = [_button(f"{word}_form", value) for value in ("short", "long", "other")]
    return {
        f"utter_{word}_intro": [{"text": f"<b>{word}</b>\nFour short questions about {word}."}],
        f"utter_{word}_too_few": [{"text": "At least one, please."}],
        f"utter_{word}_done": [{"text": f"Noted: {{{word}_form}}, {{{word}_people}} people."}],
        f"utter_ask_{word}_form": [{"text": "Which form shall it have?", "buttons": buttons}],
        f"utter_ask_{word}_place": [{"text": f"Where would {word} be?"}],
        f"utter_ask_{word}_day": [{"text": f"When would {word} be?"}],
        f"utter_ask_{word}_people": [{"text": f"How many people are in on {word}?"}],
    }


def _examples(intent: str, word: str) -> list[dict[str, object]]:
    phrases = (
        f"i want a {word}",
        f"tell me about {word}",
        f"can we have {word} please",
        f"how does {word} work",
        f"{word} for our street",
        f"we would like to book {word}",
        f"is {word} free",
        f"{word}",
    )
    return [{"intent": intent, "examples": "".join(f"- {it}\n" for it in phrases)}]


# --- what all content has ----------------------------------------------------------------------


def _patterns() -> dict[str, object]:
    flows: dict[str, object] = {
        name: {"description": "As its name says.", "steps": [{"action": f"utter_{name}"}]}
        for name in REQUIRED_PATTERNS
    }
    start = flows["pattern_session_start"]
    assert isinstance(start, dict)
    start["nlu_trigger"] = [{"intent": "start"}]
    return flows


def _pattern_words() -> dict[str, object]:
    """The session starts with the button that the measured conversation presses."""
    words: dict[str, object] = {
        f"utter_{name}": [{"text": f"({name.replace('_', ' ')})"}] for name in REQUIRED_PATTERNS
    }
    button = {"title": "Book a visit", "payload": "/book_visit"}
    words["utter_pattern_session_start"] = [{"text": "Hello.", "buttons": [button]}]
    return words


def _lexicon() -> dict[str, object]:
    return {"lexicon": {"affirm": ["yes", "yes please"], "deny": ["no", "no thanks"]}}


def _programme() -> dict[str, object]:
    return {
        "organisation": {
            "name": "The Garden",
            "short_name": "Garden",
            "assistant_name": "Guide",
            "website": "https://example.org",
            "email": "hello@example.org",
            "privacy_contact": "hello@example.org",
        },
        "zone": "Europe/London",
        "country": "GB",
        "currency": "GBP",
        "quiet_hours": "off",
        "reference_prefix": "GDN",
        "boroughs": {},
        "themes": {},
        "offers": {},
        "reminders": ["1d"],
        "answer_within": "two days",
        "crisis_lines": [{"name": "Emergency", "contact": "999"}],
        "commands": [{"command": "start", "description": "Say hello", "intent": "start"}],
        "retention_days": {"messages": 30},
    }


def _dump(path: Path, data: object) -> None:
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))

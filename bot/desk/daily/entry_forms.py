"""What is asked of a lead that is entered by hand, and what of it was understood."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actions.contacts import email_address, phone_number
from bot.pipeline.wording import Wording
from dialogues.moments.phrases import plain
from dialogues.programme import Programme

STEPS = ("name", "contact", "borough", "offer", "theme", "about", "consent", "source")
_CHOSEN = ("borough", "offer", "theme", "consent", "source")
_MAY_BE_SKIPPED = ("contact", "borough", "theme")
NOTHING_SAID = "-"  # what stands for a question that was passed over
_LONGEST = {"name": 120, "about": 2000}


@dataclass(frozen=True, slots=True)
class Misread:
    """What cannot be an answer to this step."""

    step: str
    said: str


class EntryForm:
    """The steps of a form and their answers. What was said is kept by step."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._programme = programme

    def next_step(self, said: Mapping[str, str]) -> str | None:
        """What is asked next; None if all is said. A theme is asked where the offer takes ideas."""
        offer = self._programme.offers.get(said.get("offer", ""))
        takes_ideas = offer is not None and offer.takes_ideas
        wanted = (it for it in STEPS if it != "theme" or takes_ideas)
        return next((it for it in wanted if it not in said), None)

    def choices(self, step: str) -> dict[str, str]:
        """The answers that are offered, with their labels."""
        programme = self._programme
        offered: dict[str, Any] = {
            "borough": programme.boroughs,
            "offer": {name: it.name for name, it in programme.offers.items()},
            "theme": programme.themes,
            "consent": {it: self._label(f"consent_{it}") for it in ("yes", "no")},
            "source": {it: self._label(f"source_{it}") for it in ("walk_in", "phone")},
        }
        found = dict(offered.get(step, {}))
        return {**found, NOTHING_SAID: self._label("skip")} if step in _MAY_BE_SKIPPED else found

    def read(self, step: str, words: str) -> str | Misread:
        """The answer that these words give to the step."""
        said = " ".join(words.split()) if step != "about" else words.strip()
        skipped = plain(said) in ("", "skip", plain(self._label("skip")))
        if skipped:
            return NOTHING_SAID if step in _MAY_BE_SKIPPED else Misread(step, words)
        if step == "contact":
            return contact_in(said, self._programme.country) or Misread(step, words)
        if step in _CHOSEN:
            return self._choice(step, said) or Misread(step, words)
        return said if len(said) <= _LONGEST[step] else Misread(step, words)

    def in_one(self, line: str) -> dict[str, str] | Misread:
        """`Name; contact; words`, and in any order behind the name a borough, a theme, an offer,
        that they agreed, and how they came."""
        name, *parts = [it.strip() for it in line.split(";")]
        said = {"name": name}
        about: list[str] = []
        for part in (it for it in parts if it):
            step, value = self._recognised(part, said)
            if step == "about":
                about.append(value)
            else:
                said[step] = value
        said["about"] = "; ".join(about)
        if "contact" not in said and about and parts and about[0] == parts[0] and len(about) > 1:
            return Misread("contact", parts[0])
        for step in ("name", "about"):
            read = self.read(step, said[step])
            if isinstance(read, Misread):
                return read
        return {**dict(self._assumed()), **said}

    def _assumed(self) -> Iterator[tuple[str, str]]:
        """What counts where a line says nothing of it."""
        yield from ((it, NOTHING_SAID) for it in (*_MAY_BE_SKIPPED, "source"))
        offers = self._programme.offers
        yield "offer", next((it for it in offers if offers[it].takes_ideas), next(iter(offers)))
        yield "consent", "no"

    def _recognised(self, part: str, said: Mapping[str, str]) -> tuple[str, str]:
        contact = contact_in(part, self._programme.country)
        if contact and "contact" not in said and len(part.split()) <= _MOST_WORDS_OF_CONTACT:
            return "contact", contact
        found = ((step, self._choice(step, part)) for step in _CHOSEN if step not in said)
        return next(((step, value) for step, value in found if value), ("about", part))

    def _choice(self, step: str, said: str) -> str | None:
        """The choice that is named, by its label or its beginning."""
        words = plain(said)
        labels = {value: plain(label) for value, label in self.choices(step).items()}
        return next((value for value, label in labels.items() if label and label == words), None)

    def _label(self, name: str) -> str:
        return str(self._wording.say(f"staff_new_{name}", {}).unescape())


_MOST_WORDS_OF_CONTACT = 4  # in a longer part a number is part of what they tell


def contact_in(text: str, country: str) -> str | None:
    """The number or address in the text, as leads keep it."""
    return email_address(text) or phone_number(text, country)

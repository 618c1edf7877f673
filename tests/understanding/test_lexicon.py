"""Short closed messages, as people around the Mersey write them."""

import pytest

from dialogues.model import Content
from dialogues.understanding.text import normalise

SAID = {
    "affirm": "ye|yh|YEH LA|yeah lad|go ed|go ed then|yeah go ed|aye|aye go on|k|kk|okayyy|yessss|"
    "👍|👍🏽|👍👍👍|deffo la|obvs|sound|sound as a pound|is right lad|not being funny but yeah|"
    "yes pls x|yeah yeah|ok yeah go on then love|alright|tak|oui|نعم|да|evet",
    "deny": "nah|nah lad|nooo|no ta|not being funny but no|fraid not|soz no|"
    "👎|nar|no cheers|you're alright love|nie|لا|hayır|hayir|нет",
    "thank": "ta|ta la|cheers la|thnaks|tahnk you|thx|ty|nice one lad|boss|boss that|mint|sound|❤️|"
    "❤️❤️❤️|🙏|made up with that|dead good|is right|ta very much love",
    "farewell": "tara|ta-ra|tara la|ta ra well|see ya later|laters|bye bye|goodby",
    "greet": "👋|hello again|hiyaaa|hiya love|alright|alright queen|alright la|ey up|good mornign",
    "help": "help|helllp|help pls|can you help me|sos",
    "talk_to_human": "person|a person please|gis a person|real person|człowiek|"
    "quiero hablar con alguien",
    "cancel": "stop|stop it|cancell|swerve it|jog on|do one|cant be arsed|przestań|dur|basta",
    "skip": "skip|dunno la|no idea lad|nie wiem|не знаю",
    "repeat": "you what|ye what lad|hmm|😂😂|wdym",
    "wait": "hang on|hang on a sec|1 sec|two ticks|brb",
    "none": "none of them|nah none of them|something else|neither of them",
}


@pytest.mark.parametrize(
    ("meaning", "text"), [(it, text) for it, texts in SAID.items() for text in texts.split("|")]
)
def test_what_it_means(content: Content, meaning: str, text: str) -> None:
    assert meaning in content.language.lexicon.meanings(normalise(text)), text


@pytest.mark.parametrize(
    "text",
    [
        *("eight", "found", "night shift", "the light", "charge", "dead", "la", "bootle"),
        *("stop the bus route being cut", "no parks near us", "yes to a garden", "go on about it"),
        *("boss wont pay me", "cheers group", "thanks to the council its closed", "help the old"),
        *("Marie", "Sandra", "Cancer", "cancer care", "personal", "Granby", "passport"),
        *("no cancel", "yes no", "one", "2", "L8"),
    ],
)
def test_what_only_looks_like_it(content: Content, text: str) -> None:
    assert not content.language.lexicon.meanings(normalise(text)), text

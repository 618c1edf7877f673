"""What is learnt from names nobody, and still says what was wanted."""

import pytest

from actions.learning.anonymising import anonymised, learnable

USUAL = frozenset(
    [
        "garden",
        "grant",
        "bootle",
        "kirkby",
        "liverpool",
        "cic",
        "may",
        "june",
        "i",
        "will",
        "can",
        "apply",
    ]
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ring me on 07700 900123 about the garden", "ring me on [number] about the garden"),
        ("write to a.b@example.org or @annexample", "write to [address] or [link]"),
        ("see https://example.org/me?x=1 please", "see [link] please"),
        ("can i apply from L20 5AB", "can i apply from [address]"),
        ("can i apply from l205ab", "can i apply from [address]"),
        ("does CH43 count", "does [address] count"),
        ("we are at 12 elm road bootle", "we are at [address] bootle"),
        ("meet us in Elm Road on monday", "meet us in [address] on monday"),
        ("we are at 5 Rose Close", "we are at [address]"),
        ("im in flat 12b can i apply", "im in [address] can i apply"),
        ("my ni is AB 12 34 56 C", "my ni is [number]"),
        ("born 12/03/1961 is that too old", "born [date] is that too old"),
        ("my name is wibble and i want help", "my name is [name] and i want help"),
        ("im called zed", "im called [name]"),
        ("tell sharon i want a grant", "tell [name] i want a grant"),
        ("Tell Sharon Sample I want a grant", "Tell [name] I want a grant"),
        ("Is Nwachukwu still there", "Is [name] still there"),
        ("is mrs okafor in", "is mrs [name] in"),
        ("This is Will, can I apply", "This is [name], can I apply"),
        ("Thanks, Grace", "Thanks, [name]"),
        ("how is zeb getting on with it", "how is [name] getting on with it"),
        ("sharon's garden in Kirkby", "[name] garden in Kirkby"),
    ],
)
def test_what_is_personal_is_taken_out(text: str, left: str) -> None:
    assert anonymised(text, country="GB", own=["Zeb Example"], usual=USUAL) == left


@pytest.mark.parametrize(
    "text",
    [
        "wanna do a gardenin thing in Kirkby is there any help goin",
        "Can I apply in May or June",
        "when do the 2 calls close",
        "30 people on our street want it",
        "IS THERE ANY MONEY LEFT",
        "we are a CIC in Bootle",
        "is there a grant for 3 of us. Garden one",
        "will i get it by may",
        "i miss the old market",
        "see ya l8r m8",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert anonymised(text, country="GB", own=["Will Example"], usual=USUAL) == text


@pytest.mark.parametrize(
    ("anonymous", "left"),
    [
        ("can i apply from [address]", "can i apply from"),
        ("grants", "grants"),
        ("[name]", None),
        ("hiya [name]", None),
        ("[number] [address]", None),
        ("???", None),
    ],
)
def test_too_little_that_is_left_is_not_learnt(anonymous: str, left: str | None) -> None:
    assert learnable(anonymous) == left

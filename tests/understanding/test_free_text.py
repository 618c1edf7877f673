"""At a question that takes any words, they are the answer; a question back, a wish to stop or for
a person is heard all the same, where the model is sure of it."""

from pathlib import Path

import pytest

from dialogues.commands import CancelFlow, HumanHandoff, RepeatLastBotMessages, SetSlots, StartFlow
from dialogues.exchange import Did, Incoming
from dialogues.loader import load
from dialogues.model import Content
from dialogues.runner import Runner
from dialogues.state import Frame, State
from dialogues.understanding.classifier.model import Model
from dialogues.understanding.hearing import hear
from dialogues.understanding.intending import ASKED_AWAY, flows_meant
from dialogues.understanding.reading import Reading

ROOT = Path(__file__).parents[2]
ASKED = ("shape_idea", "problem")


def read(content: Content, text: str, *asked: str) -> Reading:
    flow, step = asked or ASKED
    state = State.new(content)
    state.stack = [Frame(flow, step, asked=True)]
    return Runner(content).understand(state, Incoming(Did.TEXT, text=text))


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(
    "text",
    [
        "how about a lunch club for the old fellas in the flats",
        "who needs it is the old people in our block, they have nobody",
        "where they live theres no bus and they are stuck in all day",
        "is there nothing for the kids round here, thats the problem",
        "a place to talk to a person about money worries",
        "people want to stop feeling lonely and get some help with forms",
        "we would help people apply for jobs and write their cv",
        "the deadline for benefits forms confuses people",
        "there is no money for the community centre any more",
        "we want a grant to help people with privacy online",
        "stop the kids hanging round the shops with nowhere to go",
        "thank the volunteers with a tea once a month",
        "cancel loneliness in our street",
        "a person to check on the old ones every week",
        "Starsi ludzie z naszej ulicy siedzą sami w domu",
    ],
)
def test_what_sounds_like_an_intent_is_the_answer(content: Content, text: str) -> None:
    reading = read(content, text)
    assert (reading.stage, reading.how) in {
        ("answer", "free text"),
        ("thresholds", "other language"),
    }
    assert reading.commands == [SetSlots({"idea_problem": text}, answers=True)]


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("how much money is there", "ask_funding_amount"),
        ("how much is there going?", "ask_funding_amount"),
        ("do i have to be a charity", "ask_need_to_be_registered_charity"),
        ("will this cost me anything", "ask_cost_to_join"),
        ("can someone ring me instead", "ring_me"),
        ("i want to talk to a person please", "talk_to_person"),
        ("im fed up of this i want to speak to someone", "talk_to_person"),
        ("can we leave it there for today", CancelFlow),
        ("i want to stop now please", CancelFlow),
        ("what do you mean by that", RepeatLastBotMessages),
    ],
)
def test_what_is_clearly_something_else_is_heard(
    content: Content, text: str, meant: str | type
) -> None:
    (command,) = read(content, text).commands
    if isinstance(meant, str):
        assert isinstance(command, StartFlow | HumanHandoff)
        assert getattr(command, "flow", "talk_to_person") == meant
    else:
        assert isinstance(command, meant)


def test_little_that_is_likely_leaves_an_open_question_open(content: Content, model: Model) -> None:
    """What was said there is likelier to be about that than about something else."""
    least = model.thresholds.act * ASKED_AWAY
    sure = min(model.thresholds.ask * 1.01, least * 0.99)
    ranked = [("ask_benefits", sure), ("ask_privacy", sure)]
    incoming, state = Incoming(Did.TEXT, text="me n our kid"), State.new(content)
    assert flows_meant(hear(content, state, incoming, incoming.text), ranked)
    state.stack = [Frame("check_eligibility", "who", asked=True)]
    heard = hear(content, state, incoming, incoming.text)
    assert flows_meant(heard, ranked) == ()
    assert flows_meant(heard, [(it, max(least, model.thresholds.ask)) for it, _ in ranked])


def test_stages_come_in_the_order_that_is_documented() -> None:
    content = load(ROOT / "dialogues")
    state = State.new(content)
    stages = {
        "i want to die": "crisis",
        "thanks la": "lexicon",
        "can i apply": "classifier",
        "wibble flumph": "thresholds",
    }
    runner = Runner(content)
    for text, stage in stages.items():
        assert runner.understand(state, Incoming(Did.TEXT, text=text)).stage == stage, text
    assert read(content, "yes", "forget_me", "collect_forget_confirmed").stage == "answer"

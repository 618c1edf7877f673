"""Danger is seen in what people write, and not where it only sounds so."""

import time

import pytest

from dialogues.commands import Crisis
from dialogues.exchange import Did, Incoming
from dialogues.model import Content
from dialogues.runner import Runner
from dialogues.specs import CrisisSpec, RulesSpec
from dialogues.state import State
from dialogues.understanding.crisis.expressions import Concepts, ExpressionError, Grammar
from dialogues.understanding.crisis.rewriting import Rewriting
from dialogues.understanding.crisis.rules import crisis_rules
from dialogues.understanding.intents import CRISIS
from dialogues.understanding.text import normalise

CONCEPTS: Concepts = {"self": ["myself", "me own self"], "harm": ["hurt", "kill*"]}


@pytest.fixture(scope="module")
def in_danger(content: Content) -> list[str]:
    return [it for it, intent in content.language.intents.exact.items() if intent == CRISIS]


@pytest.fixture(scope="module")
def harmless(content: Content) -> list[str]:
    return [it for it, intent in content.language.intents.exact.items() if intent != CRISIS]


def test_there_are_enough_of_both(in_danger: list[str], harmless: list[str]) -> None:
    assert len(in_danger) >= 700
    assert len(harmless) >= 5000
    assert sum(len(it.split()) < 6 for it in in_danger) >= 150


def test_rules_see_most_danger(content: Content, in_danger: list[str]) -> None:
    """They are all there is until the model is ready; many of the examples only hint at it."""
    seen = [it for it in in_danger if content.language.crisis.hit(it)]
    assert len(seen) >= 0.7 * len(in_danger)


def test_rules_are_seldom_alarmed(content: Content, harmless: list[str]) -> None:
    """Four in ten of these were written to sound like danger."""
    alarms = [it for it in harmless if content.language.crisis.hit(it)]
    assert len(alarms) <= 0.007 * len(harmless), alarms


@pytest.mark.usefixtures("model")
def test_rules_and_model_see_all_danger(content: Content, in_danger: list[str]) -> None:
    assert [it for it in in_danger if not content.language.in_danger(it)] == []


@pytest.mark.usefixtures("model")
def test_rules_and_model_are_seldom_alarmed(content: Content, harmless: list[str]) -> None:
    alarms = [it for it in harmless if content.language.in_danger(it)]
    assert len(alarms) <= 0.005 * len(harmless), alarms


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("word", ["shoes", "policy", "kids", "sharing", "house", "fees"])
def test_a_word_on_its_own_is_no_danger_because_it_looks_like_one(
    content: Content, word: str
) -> None:
    read = Runner(content).understand(State.new(content), Incoming(Did.TEXT, text=word))
    assert not any(isinstance(it, Crisis) for it in read.commands)
    assert "pattern_crisis" not in [getattr(it, "flow", "") for it in read.commands]


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("word", ["suicidal", "overdose", "terrified"])
def test_a_word_on_its_own_that_rules_know_is_danger(content: Content, word: str) -> None:
    assert content.language.in_danger(word)


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(
    "text",
    [
        "The hut is empty, I see it every day",
        "nobody talks to each other in our flats",
        "Old lads on our road see nobody",
        "there is nowhere for the kids to go of a night",
        "the shops are shut and its dark by four, people stop in",
        "My mum used to run it and now there's no one",
    ],
)
def test_a_bleak_answer_is_no_danger(content: Content, text: str) -> None:
    assert not content.language.in_danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "a project for people who feel suicidal",
        "domestic abuse support group for mums in Huyton",
        "counselling for teens who self harm",
        "talks about suicide in boxing clubs",
        "this form is killing me",
        "me phone is dead, can i carry on tomorrow",
        "weve lost our hall and were at risk of closing",
        "knife crime workshops for young lads",
        "my husband will kill me if i order more paint lol",
        "my ex used to hit me, that was years ago, now i want to help other women",
        "training hairdressers to spot when a man thinks of ending his life",
        "did you see corrie when he pushed her down the stairs",
        "our bid got shot down and im drowning in receipts",
        "we got kicked out of the hall because of the noise",
        "people are scared to come out at night so we want better lights",
        "my boss wont let me have time off for the workshop",
        "he keeps the keys to the hall",
        "im a carer for my husband so time is tight",
        "been up since 4 with the twins, i cant think straight, whats the code",
    ],
)
def test_an_idea_or_a_figure_of_speech_is_no_danger(content: Content, text: str) -> None:
    assert content.language.crisis.rule_for(normalise(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "i no want live",
        "dont wanna wake up",
        "no reason to carry on",
        "theyd be better off if i was dead",
        "im drinking every night to cope",
        "me fella battered me",
        "he strangled me last night",
        "my grandson steals off me and pushes me about",
        "boss keep my passport and no pay me",
        "they put a brick through my window and called me a terrorist",
        "kids in the flat above scream every night",
        "gran fell and cant get up",
        "i have no place for sleep tonight with my baby",
        "kids went to bed hungry again",
        "me dad has dementia and has wandered off",
    ],
)
def test_danger_of_every_kind_is_seen_in_few_words(content: Content, text: str) -> None:
    assert content.language.crisis.rule_for(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "a project for people who feel suicidal, i feel suicidal myself tonight",
        "domestic abuse support group, my husband hit me this morning",
        "this form is killing me and i want to die",
        "wer doing a youth club an one of the lads says hes gonna kill himself",
        "please delete my account, i wont be needing it where im going",
        "what is the deadline, not that ill be around by then",
        "sorry about the form, i cant face people or open the post, its been weeks",
        "am i eligible, ive just fled with two kids and my ex is looking for us",
        "we have 40p left and the electric is off, the baby is freezing",
        "we run a youth club, and a lad has nowhere to go tonight",
        "the form can wait, my stepdad hits me with the belt",
        "i not want live more, no family here",
        "its dead cold me and our kid are sleeping in the car",
    ],
)
def test_danger_beside_an_idea_is_seen(content: Content, text: str) -> None:
    assert content.language.crisis.rule_for(normalise(text))


@pytest.mark.parametrize(
    ("plain", "mistyped"),
    [
        ("i want to kill myself", "i wnt 2 kil meself"),
        ("my partner strangled me", "my partner stranngled me"),
        ("he is not breathing", "he is not breathng"),
        ("took an overdose", "took an ovredose"),
        ("i cant stop crying", "i cant stop cryin"),
    ],
)
def test_typing_errors_hide_no_danger(content: Content, plain: str, mistyped: str) -> None:
    assert content.language.crisis.hit(normalise(plain))
    assert content.language.crisis.hit(normalise(mistyped))


def test_it_takes_less_than_half_a_millisecond(
    content: Content, in_danger: list[str], harmless: list[str]
) -> None:
    said = in_danger + harmless
    before = time.process_time()
    for it in said:
        content.language.crisis.hit(it)
    assert (time.process_time() - before) / len(said) < 0.0005


@pytest.mark.parametrize(
    ("written", "said", "found"),
    [
        ("{harm} {self}", "i killed myself", True),
        ("{harm} {self}", "i hurt me own self", True),
        ("{harm} {self}", "hurt the dog myself", False),
        ("{harm} .. {self}", "hurt the dog myself", True),
        ("{harm} .. {self}", "hurt a very big dog myself", False),
        ("{harm} ... {self}", "hurt a very big dog myself", True),
        ("hurt [really|so] bad", "hurt so bad", True),
        ("hurt [really|so] bad", "hurt bad", True),
        ("hurt {so bad|a lot}", "hurt a lot", True),
        ("hurt bad|badly", "hurt badly", True),
        ("hurt !{self}", "hurt myself", False),
        ("hurt !(the dog)", "hurt the dog", False),
        ("hurt !(the dog)", "hurt the cat", True),
        ("^ hurt", "it hurt", False),
        ("hurt $", "hurt now", False),
        ("hurt", "hurting", False),
    ],
)
def test_what_an_expression_finds(written: str, said: str, found: bool) -> None:
    expression = Grammar(CONCEPTS).expression(written)
    assert bool(expression.pattern.search(f" {said} ")) is found


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{slef}", "no concept {slef}"),
        ("hurt {self", "not closed"),
        ("hurt self}", "not opened"),
        ("...", "says nothing"),
        ("hurt [it]", "changes nothing"),
        ("hurt it!", "neither a word"),
        (" ", "empty"),
    ],
)
def test_what_is_no_expression(written: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        Grammar(CONCEPTS).expression(written)


def test_concepts_may_not_go_round_in_a_circle() -> None:
    with pytest.raises(ExpressionError, match="a → b → a"):
        Grammar({"a": ["{b}"], "b": ["so {a}"]}).expression("{a}")


def test_rules_are_read_in_the_forms_of_messages() -> None:
    grammar = Grammar({"no_more": ["any more"]}, same={"anymore": ["any more"], "im": ["i am"]})
    assert grammar.expression("who i am {no_more}").pattern.search(" who im anymore ")
    assert grammar.expression("{who i am|iam}").pattern.search(" who im ")


def test_what_stands_beside_spoils_what_is_found() -> None:
    rules = CrisisSpec(
        rules={"lost": RulesSpec(why="Lost.", beside=["form"], say="cant cope\nlosing\n  it")}
    )
    hit = crisis_rules([rules]).hit
    assert hit("cant cope")
    assert hit("losing it")
    assert not hit("cant cope with this form")
    assert hit("the form is done but on top of all the rest i cant cope")
    assert hit("cant cope with this form and when i go to bed at night i cant cope")


def test_a_dropped_g_is_put_back_in_the_words_of_the_rules() -> None:
    rewriting = Rewriting({}, {"crying", "thing"}, {"cryin", "cabin"})
    assert rewriting.rewrite("cryin in a thin cabin") == " crying in a thin cabin "


def test_words_are_rewritten_only_where_they_mean_nothing_else() -> None:
    rewriting = Rewriting({"dont": ["do not"]}, {"tablets", "dont"}, {"tables", "do", "not", "i"})
    assert rewriting.rewrite("i do not tabelts tables") == " i dont tablets tables "

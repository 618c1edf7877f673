"""Examples that were taught, two models held against each other, and files that must not outlive
somebody's words."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from dialogues.model import Content
from dialogues.understanding.classifier import cache, learning, paired, training
from dialogues.understanding.classifier.calibration import cross_validated
from dialogues.understanding.classifier.encoder import Encoder
from dialogues.understanding.classifier.learners import linear, ridge
from dialogues.understanding.classifier.matter import FOLDS, prepared
from dialogues.understanding.comparison import Comparison, Found, figures_of, found_in
from dialogues.understanding.evaluation import evaluate
from dialogues.understanding.intents import IntentFinder, intent_finder
from dialogues.understanding.language import CrisisRules, Language, lexicon
from dialogues.understanding.lessons import as_json, taught
from tests.understanding.test_training import SUBJECTS, WAYS, small

__all__ = ["small"]

ROOT = Path(__file__).parents[2]
LESSON = ("thank", "wibble flumph quux")


def _language(finder: IntentFinder) -> Language:
    return Language(lexicon([]), CrisisRules(), finder)


def _found(intent: str, best: str, *, danger: bool = False) -> Found:
    return Found("words", intent, best, best == intent, 0.5, danger)


def test_a_lesson_is_an_example_like_any_other(content: Content) -> None:
    language = content.language
    richer = taught(language, [LESSON])
    assert richer.intents.whole("wibble flumph quux") == ("thank", 1.0)
    assert richer.intents.judge("wibble flumph quuxx").ranked[0][0] == "thank"
    assert language.intents.whole("wibble flumph quux") is None  # untouched
    assert richer.intents.lessons == (LESSON,)


def test_likeness_learns_it_too() -> None:
    finder = intent_finder([("news", "any news"), ("tool", "a spade please")], {})
    richer = taught(_language(finder), [("tool", "lend us a barrow")])
    assert finder.classify("a barrow to lend")[:1] != [("tool", 1.0)]
    assert richer.intents.classify("a barrow to lend")[0][0] == "tool"


def test_where_the_content_says_otherwise_it_is_right(content: Content) -> None:
    said, intent = next(iter(content.language.intents.exact.items()))
    other = next(it for it in content.language.intents.known if it != intent)
    assert taught(content.language, [(other, said)]).intents.exact[said] == intent


def test_a_lesson_of_an_intent_that_is_gone_is_left_out(content: Content) -> None:
    assert taught(content.language, [("no_such_intent", "wibble")]) is content.language


def test_another_lesson_is_another_model(content: Content, tmp_path: Path) -> None:
    places = {
        cache.place(tmp_path, taught(content.language, lessons), "a")
        for lessons in ([], [LESSON], [("help", LESSON[1])], [LESSON, ("thank", "quux narf")])
    }
    assert len(places) == 4


def test_the_same_messages_give_the_same_figures_as_an_evaluation(content: Content) -> None:
    texts = {
        "thank": ["ta very much for that", "wibble", "cheers our kid"],
        "crisis_or_distress": ["i want to kill myself", "wibble flumph"],
        "out_of_scope": ["who won the match", "whats the weather doing"],
    }
    one = figures_of(found_in(content.language, texts)).as_data()
    other = evaluate(content.language, texts).as_data()
    for name in ("accuracy", "top3", "crisis_recall", "crisis_false_alarms"):
        assert one[name] == other[name], name
    assert one["out_of_scope_auroc"] == other["out_of_scope_auroc"]
    assert one["per_intent"]["thank"][0] == 3


def test_what_got_better_and_worse_is_counted_and_said() -> None:
    before = [_found("a", "b"), _found("a", "a"), _found("b", "b"), _found("b", "b")]
    after = [_found("a", "a"), _found("a", "a"), _found("b", "a"), _found("b", "c")]
    comparison = Comparison("some", before, after)
    assert (len(comparison.gained), len(comparison.lost)) == (1, 2)
    assert comparison.by_intent() == {"a": 1, "b": -2}
    assert comparison.sentence() == "1 more right, 2 fewer; b worse by 2"
    assert Comparison("some", before, before).sentence() == (
        "0 more right, 0 fewer; no intent is worse"
    )
    assert "words" not in json.dumps(comparison.as_data())


def test_of_many_that_are_worse_the_sentence_names_the_worst() -> None:
    before = [_found(it, it) for it in "aabbbcde"]
    after = [_found(it.intent, "z") for it in before]
    assert Comparison("some", before, after).sentence() == (
        "0 more right, 8 fewer; b worse by 3; a worse by 2; c worse by 1; 2 more are worse"
    )


def test_danger_that_is_seen_less_often_is_told() -> None:
    danger = [_found("crisis_or_distress", "x", danger=it) for it in (True, True, False)]
    calmer = [_found("crisis_or_distress", "x", danger=it) for it in (False, True, False)]
    assert Comparison("some", danger, calmer).unseen_danger == 1
    assert Comparison("some", calmer, danger).unseen_danger == -1


def test_lessons_that_help_are_seen_to_help(small: list[tuple[str, str]], encoder: Encoder) -> None:
    """Each is judged by the other lessons: the former examples take a kettle for tea."""
    subject = "about_football"
    lessons = [
        (subject, f"{way} {place}")
        for way in ("put the kettle on", "kettle on the hob", "is the kettle on")
        for place in ("in aigburth", "by st helens", "over in wallasey", "up in formby")
    ]
    former = _language(intent_finder(small, {}))
    _, comparison = paired.train_beside(former, taught(former, lessons), encoder)
    said = {text for _, text in lessons}
    gained = [after for _, after in comparison.gained if after.text in said]
    assert len(gained) >= 6
    assert len(comparison.after) == len(small) + len(lessons)
    assert len(comparison.lost) <= 3


def test_nothing_new_makes_no_difference(small: list[tuple[str, str]], encoder: Encoder) -> None:
    language = _language(intent_finder(small, {}))
    _, comparison = paired.train_beside(language, language, encoder)
    assert comparison.before == comparison.after
    assert {it.intent for it in comparison.after} == {f"about_{it.split()[-1]}" for it in SUBJECTS}
    assert len(comparison.after) == len(SUBJECTS) * len(WAYS) * 6


@pytest.mark.parametrize("gone", [0, 3])
def test_beside_a_former_one_the_same_model_is_trained_as_alone(
    small: list[tuple[str, str]], encoder: Encoder, gone: int
) -> None:
    former = _language(intent_finder(small, {}))
    candidate = taught(_language(intent_finder(small[gone:], {})), [LESSON])
    model, _ = paired.train_beside(former, candidate, encoder)
    alone = learning.trained(candidate, encoder, None)
    for name in ("of_parts", "of_meaning", "offset", "of_likeness"):
        found, expected = (getattr(it.weights, name) for it in (model, alone))
        assert np.array_equal(found, expected), name
    assert model.confidence.thresholds == alone.confidence.thresholds


def test_judged_by_some_as_if_the_others_had_not_been_there(
    small: list[tuple[str, str]], encoder: Encoder
) -> None:
    """Nothing is trained again for it, and it comes to the same as if it were."""
    matter, _, _ = prepared(small, encoder, {})
    known = np.arange(len(small)) % 5 != 0
    found = cross_validated(matter, ridge(matter, np.arange(len(small))), known)
    for number in range(FOLDS):
        others = np.flatnonzero(known & (matter.fold != number))
        held = np.flatnonzero(matter.fold == number)
        learnt, likeness = linear(matter, others), ridge(matter, others)
        scores = learnt.scores(matter, held) + matter.alike(held, others) @ likeness.dual
        assert np.allclose(found.scores[held], scores, atol=1e-3)


def test_models_go_with_the_words_that_they_learnt(
    small: list[tuple[str, str]], encoder: Encoder, tmp_path: Path
) -> None:
    model = training.train(small, encoder, {})
    one, other = ("about_tea", "put the kettle on"), ("about_tea", "milk no sugar")
    cache.save(model, tmp_path / "model-none.npz")
    cache.save(model, tmp_path / "model-both.npz", [one, other])
    assert learning.forget(tmp_path, [one, other]) == 0
    assert learning.forget(tmp_path, [one]) == 1
    assert {it.name for it in tmp_path.iterdir()} == {"model-none.npz"}
    (tmp_path / "model-broken.npz").write_bytes(b"who knows")
    draft = tmp_path / "draft-left"
    draft.touch()
    assert learning.forget(tmp_path, []) == 1
    assert {it.name for it in tmp_path.iterdir()} == {"model-none.npz", "draft-left"}
    os.utime(draft, (time.time() - 7200,) * 2)
    learning.forget(tmp_path, [])
    assert not draft.exists()


def test_no_words_of_lessons_stand_in_what_says_which_they_are(
    small: list[tuple[str, str]], encoder: Encoder, tmp_path: Path
) -> None:
    lesson = ("about_tea", "zxqv kettle")
    richer = taught(_language(intent_finder(small, {})), [lesson])
    model = learning.trained(richer, encoder, tmp_path)
    assert learning.kept(richer, encoder, tmp_path) is not None
    counts = model.figures["about_tea"]
    assert counts.examples == 31
    assert counts.right <= counts.among_three <= counts.examples


def test_the_model_used_last_is_kept(
    small: list[tuple[str, str]], encoder: Encoder, tmp_path: Path
) -> None:
    """The former one stays beside a new one, also where another was made between them."""
    model = training.train(small, encoder, {})
    for name in ("former", "undone"):
        cache.save(model, tmp_path / f"model-{name}.npz")
        time.sleep(0.02)
    cache.load(tmp_path / "model-former.npz", encoder, model.preparation)
    time.sleep(0.02)
    cache.save(model, tmp_path / "model-new.npz")
    assert {it.name for it in tmp_path.iterdir()} == {"model-former.npz", "model-new.npz"}


@pytest.mark.parametrize("given", ["nonsense", "[1]", '{"thank": 3}'])
def test_lessons_that_are_none_are_refused(given: str, tmp_path: Path) -> None:
    command = (sys.executable, "-m", "dialogues", "train", "--more", "-")
    done = subprocess.run(
        command,
        input=given,
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr.startswith("error: MORE: ")) == (2, True)


def test_lessons_are_handed_over_as_they_are() -> None:
    assert json.loads(as_json([LESSON, ("help", "é"), ("thank", "a")])) == {
        "help": ["é"],
        "thank": ["a", LESSON[1]],
    }

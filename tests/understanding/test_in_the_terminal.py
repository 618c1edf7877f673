"""`python -m bot talk` reads by the model that residents have."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from dialogues.understanding.classifier import learning
from tests.understanding.conftest import KEPT


@pytest.mark.usefixtures("model")
def test_the_model_of_the_data_folder_is_taken_up(tmp_path: Path) -> None:
    """Though all else is on a scratch database."""
    shutil.copytree(KEPT, tmp_path / learning.FOLDER)
    said = CliRunner().invoke(
        app,
        ["talk", "--trace"],
        input="how much dosh is there goin\n",
        env={"ENCODER_PATH": "", "DATA_DIR": str(tmp_path)},
    )
    assert said.exit_code == 0, said.output
    assert "    heard  intent: StartFlow ask_funding_amount\n" in said.output
    assert [it.name for it in tmp_path.iterdir()] == [learning.FOLDER]


def test_who_ends_it_while_the_model_is_trained_does_not_wait(tmp_path: Path) -> None:
    said = CliRunner().invoke(
        app,
        ["talk"],
        input="hiya\n",
        env={"ENCODER_PATH": "", "DATA_DIR": str(tmp_path)},
    )
    assert said.exit_code == 0, said.output
    assert "Hello again" in said.output
    assert not list(tmp_path.rglob("model-*"))

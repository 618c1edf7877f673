"""What a machine cannot test is said, and is a fault where it is asked for."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TRIED = "test_the_content_is_tried_in_a_chat"
MODULES = ("tests/site/test_browser.py", "tests/console/test_content_browser.py")


def run_tests(*modules: str, **environment: str) -> tuple[int, str]:
    """These modules where no browser is to be found; the exit code and what was printed."""
    kept = {name: it for name, it in os.environ.items() if name != "BROWSER_REQUIRED"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *modules],
        env={**kept, "PATH": "/nonexistent", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_machine_without_a_browser_says_what_it_left_out_and_why() -> None:
    code, told = run_tests(*MODULES)
    summary = told.partition("left out on this machine")[2].splitlines()[1:]
    why = "there is no Chromium or Chrome on this machine"
    assert f"tests/site/test_browser.py: all tests: {why}" in summary
    assert f"tests/console/test_content_browser.py: 8 tests: {why}" in summary
    assert code in (0, 5)  # all that was found was left out


def test_where_a_browser_is_required_its_absence_is_a_fault() -> None:
    code, told = run_tests(f"{MODULES[1]}::{TRIED}", BROWSER_REQUIRED="1")
    assert code == 1
    assert "this machine has no Chromium or Chrome" in told
    assert "left out on this machine" not in told

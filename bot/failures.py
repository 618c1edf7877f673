"""Commands that fail for a known reason end with one line on stderr, and their exit code."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import typer
from sqlalchemy.exc import DatabaseError

from bot.clock import SystemClock
from bot.core import Core, open_core
from bot.lock import DatabaseInUseError
from bot.settings import SettingError, read_settings
from bot.telegram.bot import NoTelegramError, TokenRefusedError
from dialogues.findings import ContentError

T = TypeVar("T")


def with_core(work: Callable[[Core], T]) -> T:
    """Do this beside whatever runs on the database."""
    with failures_in_one_line():
        settings = read_settings()
        logging.basicConfig(level=logging.WARNING, format="%(message)s")
        with open_core(settings, clock=SystemClock()) as core:
            return work(core)


@contextmanager
def failures_in_one_line() -> Iterator[None]:
    """Known failures end with one line on stderr and their exit code, not with a traceback."""
    try:
        yield
    except SettingError as error:
        raise _end(f"error: {error}", 2) from error
    except TokenRefusedError:
        raise _end("error: TELEGRAM_TOKEN: Telegram refuses this token", 2) from None
    except NoTelegramError as error:
        raise _end("error: TELEGRAM_API_URL: Telegram does not answer", 2) from error
    except DatabaseError as error:
        reason = str(error.orig).splitlines()[0]
        raise _end(f"error: DATABASE_URL: {reason}", 2) from error
    except OSError as error:
        raise _end(f"error: DATA_DIR: {error.strerror}: {error.filename}", 2) from error
    except DatabaseInUseError as error:
        raise _end(f"error: DATABASE_URL: {error}", 3) from error
    except ContentError as error:
        raise _end("\n".join(map(str, error.findings)), 1) from error


def _end(line: str, code: int) -> typer.Exit:
    typer.echo(line, err=True)
    return typer.Exit(code)

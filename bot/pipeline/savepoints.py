"""Doing the same for many rows in one transaction, so that a bad one does not hold up the rest."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.database import savepoint

Item = TypeVar("Item")
Made = TypeVar("Made")


def do_each(
    session: Session,
    items: Sequence[Item],
    work: Callable[[Item], Made],
    failed: Callable[[Item, Exception], None],
) -> list[Made]:
    """What `work` makes of each item. All share one savepoint, which is cheap; if that fails, each
    gets its own, and `failed` sees to those that fail then.

    Raises what is nobody's fault: the connection is gone, or `failed` could not write either.
    """
    if not items:
        return []
    try:
        with savepoint(session):
            return [work(item) for item in items]
    except Exception as error:  # noqa: BLE001  # whose it was shows when each is alone
        _raise_if_cut_off(error)
    return [made for item in items for made in _alone(session, item, work, failed)]


def _alone(
    session: Session,
    item: Item,
    work: Callable[[Item], Made],
    failed: Callable[[Item, Exception], None],
) -> list[Made]:
    try:
        with savepoint(session):
            return [work(item)]
    except Exception as error:  # noqa: BLE001  # the others go on, whatever it was
        _raise_if_cut_off(error)
        failed(item, error)
        return []


def _raise_if_cut_off(error: Exception) -> None:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        raise error

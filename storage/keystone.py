"""The keystone: tells whether a key is the one that this database was written with."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.crypto import WrongKeyError
from storage.models import Keystone

_WORDS = "this key opens this database"


def key_fits(session: Session) -> bool:
    """Whether the key opens what is stored. The first key a database meets is its own."""
    try:
        sealed = session.scalars(select(Keystone.sealed)).first()
    except WrongKeyError:
        return False
    if sealed is None:
        session.add(Keystone(sealed=_WORDS))
        session.flush()
    return True

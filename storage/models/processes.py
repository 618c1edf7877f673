"""What the processes that share a database share among themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedText
from storage.models.base import Base, BigId


class Lease(Base):
    """One process at a time does what the lease names: poll, plan, clean up; or it lives."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]


class Pace(Base):
    """When a channel's next sends may go out, overall and to each group; see `storage.paces`."""

    __tablename__ = "paces"
    name: Mapped[str] = mapped_column(String(96), primary_key=True)  # channel, or channel:chat id
    moments: Mapped[Any] = mapped_column(JSON)  # by name, in seconds since the epoch


class Keystone(Base):
    """One sealed row that tells whether a key opens this database."""

    __tablename__ = "keystone"
    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[str] = mapped_column(EncryptedText)


class IntakeSpan(Base):
    """A time through which updates of a channel could be taken in. What lies between two is an
    outage: of the processes, of the database, or of the line to the channel."""

    __tablename__ = "intake_spans"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    began_at: Mapped[datetime]
    alive_until: Mapped[datetime]  # the last sign of life
    __table_args__ = (Index("ix_intake_spans", "channel", "began_at"),)

"""Links by which people show their idea to others."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, BigId


class Share(Base):
    """A link that shows an idea to whoever opens it, until it is stopped. Its token is made of
    `seed` and the database's secret, so that it can be told again and cannot be read here."""

    __tablename__ = "shares"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id", ondelete="CASCADE"), index=True)
    seed: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]

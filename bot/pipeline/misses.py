"""What a resident wrote and the dialogue did not understand, kept for staff to learn from."""

from datetime import datetime

from sqlalchemy.orm import Session

from actions.masking import masked
from dialogues.exchange import Asked, Did, Incoming
from dialogues.model import Content
from dialogues.runner import Outcome
from storage import misunderstood
from storage.models import Chat

LONGEST = 500  # characters of a text that are kept


def keep_miss(
    session: Session,
    chat: Chat,
    incoming: Incoming,
    outcome: Outcome,
    *,
    content: Content,
    question: Asked | None,
    language: str | None,
    now: datetime,
) -> None:
    """Keep the words if they were not understood, without how to reach anybody. Words of somebody
    in danger are for those who help, and nothing to learn from; neither are those of somebody who
    wants none of theirs to be. `language` is that of their app, which counts where the words do
    not tell."""
    words = incoming.text.strip()
    if outcome.understood or outcome.crisis or incoming.did is not Did.TEXT or not words:
        return
    if chat.unlearnt_at is not None:
        return
    misunderstood.note(
        session,
        chat_id=chat.id,
        text=masked(words, content.programme.country)[:LONGEST],
        language=content.language.foreign.language_of(words) or language,
        question=(question.flow, question.step) if question else None,
        now=now,
    )

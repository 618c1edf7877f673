"""One idea on one page, asked for in the chat: made beside the turn, and only when it changed."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from actions.context import BoundAction, Context
from actions.ideas.idea_pages import page_of
from actions.ideas.ideas import idea_of
from storage import files, ideas, works
from storage.models import File, Idea
from storage.outbox import Lane, queue

WORK = "page"  # the kind of work that makes it
PICTURE, DOCUMENT = "page_picture", "page_document"  # the kinds of its files
_LOOK = 1  # raised when the template changes: what was made before looks otherwise


def made_of(session: Session, page: Mapping[str, Any]) -> str:
    """A digest of all that a page says, by which it is known again."""
    said = json.dumps([_LOOK, page], ensure_ascii=False, sort_keys=True)
    return files.digest_of(session, said.encode())


def made_page(session: Session, idea: Idea, digest: str) -> tuple[File, File] | None:
    """The picture and the document that were made of just that."""
    found = [
        files.files_of_idea(session, idea_id=idea.id, kind=kind, made_of=digest)
        for kind in (PICTURE, DOCUMENT)
    ]
    return (found[0][0], found[1][0]) if all(found) else None


def newest_document(session: Session, idea_id: int) -> File | None:
    """The document that was made of the idea last, if no answer has changed since."""
    answers = ideas.newest_answers(session, idea_id=idea_id).values()
    found = files.files_of_idea(session, idea_id=idea_id, kind=DOCUMENT)[:1]
    return next(
        (it for it in found if all(it.created_at >= one.created_at for one in answers)), None
    )


def page_values(page: Mapping[str, Any], picture: File, document: File) -> dict[str, str]:
    """What `utter_one_page` and `utter_one_page_document` are told."""
    return {
        "page_title": page["title"]["text"],
        "page_picture": files.place_of(picture),
        "page_document": files.place_of(document),
    }


class MakePage(BoundAction):
    """Gives the idea on one page: at once if it is as it was, else as soon as it is made."""

    called = "action_make_page"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_one_page`, `utter_one_page_coming`, or `utter_one_page_empty`."""
        give_page(
            self.context, dispatcher, idea_of(self.context.session, chat_id=self.context.chat_id)
        )
        return []


def give_page(context: Context, dispatcher: Any, idea: Idea | None) -> None:
    """Say the page of this idea, that it is being made, or that there is nothing on it yet."""
    session = context.session
    page = page_of(session, idea, wording=context) if idea else None
    if idea is None or page is None:
        dispatcher.utter_message(response="utter_one_page_empty")
        return
    made = made_page(session, idea, made_of(session, page))
    if made is None:
        _have_made(context, idea)
        dispatcher.utter_message(response="utter_one_page_coming")
        return
    for response in ("utter_one_page", "utter_one_page_document"):
        dispatcher.utter_message(response=response, **page_values(page, *made))


def _have_made(context: Context, idea: Idea) -> None:
    """Nobody has to make it twice for an impatient press; what is being made may be older."""
    if works.waits(context.session, chat_id=context.chat_id, kind=WORK):
        return
    queue(
        context.session,
        chat_id=context.chat_id,
        kind=WORK,
        lane=Lane.WORK,
        now=context.now,
        payload={"idea_id": idea.id},
    )

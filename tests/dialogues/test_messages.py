"""One response as several messages, with pictures and documents."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dialogues.exchange import Asked
from dialogues.loader import load
from tests.dialogues.talk import CONTENT_FOLDER, Talk

RESPONSES = "domain/responses.yml"
NEWS = "[{text: Beans are up.}]"
TOOL = "[{text: Which tool?}]"

Retold = Callable[[str, str], Talk]


@pytest.fixture
def retold(tmp_path: Path) -> Retold:
    """A talk in which one response is another."""

    def put(old: str, new: str) -> Talk:
        folder = Path(shutil.copytree(CONTENT_FOLDER, tmp_path / "content"))
        path = folder / RESPONSES
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return Talk(load(folder))

    return put


def test_the_first_has_the_picture_and_the_last_the_buttons(retold: Retold) -> None:
    talk = retold(
        NEWS,
        """
    - text: |-
        Beans are up.
        ---
        So are the peas.
        ---
        Shall we tell you more?
      image: https://example.org/beans.png
      buttons:
        - {title: "Yes, more", payload: /ask_news}""",
    )
    talk.say("tell me the news")
    first, second, third = talk.outcome.replies[:3]
    assert (first.text, first.image) == ("Beans are up.", "https://example.org/beans.png")
    assert (second.text, second.image) == ("So are the peas.", None)
    assert [it.label for it in third.buttons] == ["Yes, more"]
    assert not first.buttons
    assert not second.buttons
    assert {it.response for it in talk.outcome.replies[:3]} == {"utter_news"}


def test_each_message_of_a_question_belongs_to_it(retold: Retold) -> None:
    talk = retold(TOOL, '[{text: "We have many.\\n---\\nWhich tool?"}]')
    talk.say("lend me a tool")
    asked = Asked("borrow_tool", "collect_tool")
    said = [it for it in talk.outcome.replies if it.response == "utter_ask_tool"]
    assert [it.text for it in said] == ["We have many.", "Which tool?"]
    assert {it.asked for it in said} == {asked}
    assert talk.state.question == asked


def test_a_picture_or_a_document_alone_is_a_message(retold: Retold) -> None:
    talk = retold(NEWS, "[{attachment: https://example.org/plan.pdf}]")
    talk.say("tell me the news")
    news = talk.outcome.replies[0]
    assert (news.text, news.document) == ("", "https://example.org/plan.pdf")


def test_a_document_beside_a_picture_comes_first_on_its_own(retold: Retold) -> None:
    talk = retold(
        NEWS, "[{text: Beans., image: 'https://a.b/c.png', attachment: 'https://a.b/c.pdf'}]"
    )
    talk.say("tell me the news")
    document, picture = talk.outcome.replies[:2]
    assert (document.text, document.document, document.image) == ("", "https://a.b/c.pdf", None)
    assert (picture.text, picture.document, picture.image) == ("Beans.", None, "https://a.b/c.png")

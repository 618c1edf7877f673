"""Shaping an idea: nothing that was said is lost."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.ideas.ideas import answers_of, idea_of
from storage import ideas
from tests.actions.conftest import Attached, Did, Stage

VOICE = Attached("voice", file_id="abc", size=1200)


def test_answers_are_kept_and_earlier_versions_too(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Sheds full of tools")
    stage.run("action_save_idea", idea_problem="Sheds full of rust", idea_people="Kids")
    idea = idea_of(stage.session, chat_id=stage.context.chat_id)
    assert idea is not None
    newest = ideas.newest_answers(stage.session, idea_id=idea.id)
    assert {name: answer.text for name, answer in newest.items()} == {
        "idea_problem": "Sheds full of rust",
        "idea_people": "Kids",
    }


def test_saving_twice_writes_once(stage: Stage) -> None:
    for _ in range(2):
        stage.run("action_save_idea", idea_problem="Sheds")
    first = answers_of(stage.session, chat_id=stage.context.chat_id)["idea_problem"]
    stage.run("action_save_idea", idea_problem="Sheds")
    assert answers_of(stage.session, chat_id=stage.context.chat_id)["idea_problem"].id == first.id


def test_a_skipped_question_takes_no_answer_away(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Sheds")
    stage.run("action_save_idea", idea_problem=None, idea_people="Kids")
    assert set(answers_of(stage.session, chat_id=stage.context.chat_id)) == {
        "idea_problem",
        "idea_people",
    }


def test_a_voice_note_is_kept_with_its_answer(stage: Stage) -> None:
    speaking = stage.doing(Did(attachments=(VOICE,)))
    speaking.run("action_keep_attachment", answering_slot="idea_plan", idea_plan="(voice note)")
    speaking.run("action_save_idea", idea_plan="(voice note)")
    answer = answers_of(stage.session, chat_id=stage.context.chat_id)["idea_plan"]
    assert answer.text == "(voice note)"
    assert answer.media == [{"medium": "voice", "file_id": "abc", "size": 1200}]


def test_an_attachment_without_words_is_called_what_it_is(stage: Stage) -> None:
    speaking = stage.doing(Did(attachments=(VOICE,)))
    speaking.run("action_keep_attachment", answering_slot="idea_plan")
    answer = answers_of(stage.session, chat_id=stage.context.chat_id)["idea_plan"]
    assert answer.text == "label_attachment_voice()"
    stage.doing(Did("our shed", (VOICE,))).run("action_keep_attachment", answering_slot="idea_plan")
    answer = answers_of(stage.session, chat_id=stage.context.chat_id)["idea_plan"]
    assert answer.text == "our shed"


def test_what_is_attached_elsewhere_makes_no_idea(stage: Stage) -> None:
    stage.doing(Did(attachments=(VOICE,))).run(
        "action_keep_attachment", answering_slot="handoff_message"
    )
    assert idea_of(stage.session, chat_id=stage.context.chat_id) is None


def test_what_was_sent_goes_on_in_place(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Sheds")
    sent = idea_of(stage.session, chat_id=stage.context.chat_id)
    assert sent is not None
    ideas.mark_sent(stage.session, sent, now=stage.context.now)
    stage.run("action_save_idea", idea_problem="Garages", idea_people="Kids")
    assert idea_of(stage.session, chat_id=stage.context.chat_id) is sent
    assert sent.state == "sent"
    versions = ideas.versions_of(stage.session, idea_id=sent.id, question="idea_problem")
    assert [version.text for version in versions] == ["Garages", "Sheds"]


def test_the_summary_shows_what_is_said_and_what_is_open(stage: Stage) -> None:
    stage.run("action_save_idea", idea_title="Tool <Hut>", idea_problem="Rust & ruin")
    text = stage.heard("action_show_idea")
    assert "title=Tool &lt;Hut&gt;" in text
    assert "answer=Rust &amp; ruin" in text
    assert text.count("idea_line_open") == 7
    assert "answered=2, questions=9" in text


def test_what_was_asked_once_more_stands_with_its_answer(stage: Stage) -> None:
    stage.run("action_save_idea", idea_people="Kids", idea_people_count="About 40")
    assert "answer=Kids\nAbout 40" in stage.heard("action_show_idea")


def test_of_a_voice_note_nobody_says_what_it_lacks(stage: Stage) -> None:
    stage.run("action_save_idea", idea_people="Kids")
    assert "hint_people_no_number" in stage.heard("action_show_idea")
    speaking = stage.doing(Did(attachments=(VOICE,)))
    speaking.run("action_keep_attachment", answering_slot="idea_people")
    assert "hint_people" not in stage.heard("action_show_idea")


def test_what_is_added_comes_behind_with_what_is_attached(stage: Stage) -> None:
    stage.doing(Did("our shed", (VOICE,))).run("action_keep_attachment", answering_slot="idea_plan")
    stage.run(
        "action_next_idea_question",
        shaping_told="idea_plan",
        shaping_adding=True,
        idea_plan="and a brew",
    )
    photo = Attached("photo", file_id="xyz")
    stage.doing(Did("look", (photo,))).run(
        "action_keep_attachment", answering_slot="idea_plan", shaping_adding=True
    )
    answer = answers_of(stage.session, chat_id=stage.context.chat_id)["idea_plan"]
    assert answer.text == "our shed\nand a brew\nlook"
    assert [item["medium"] for item in answer.media or []] == ["voice", "photo"]


def test_an_empty_idea_is_said_kindly(stage: Stage) -> None:
    assert stage.heard("action_show_idea") == "utter_idea_empty()"


_MOVES = st.lists(
    st.tuples(
        st.sampled_from(("say", "skip", "attach", "add", "attach more", "clear", "put away")),
        st.sampled_from(("idea_problem", "idea_people", "idea_plan")),
        st.sampled_from(("one", "two", "three")),
    ),
    max_size=10,
)


class Teller:
    """Somebody who tells an idea in any order, and what ought to be kept of it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.slots: dict[str, str | None] = {}
        self.newest: dict[str, str] = {}
        self.ever: list[tuple[str, str]] = []

    def do(self, move: str, question: str, words: str) -> None:
        adding = move in ("add", "attach more") and question in self.newest
        if move == "skip":
            self.slots[question] = None
            self._next(question)
        elif move == "clear":
            self.stage.run("action_clear_answer", shaping_part=question, **self.slots)
            self.slots[question] = None
            self.newest.pop(question, None)
        elif move == "put away":
            self._away_and_back()
        else:
            self._tell(question, words, attached="attach" in move, adding=adding)

    def _tell(self, question: str, words: str, *, attached: bool, adding: bool) -> None:
        before = self.newest.get(question, "")
        self.slots[question] = words
        if attached:
            shown = self.stage.doing(Did(words, (VOICE,)))
            result = shown.run(
                "action_keep_attachment",
                answering_slot=question,
                shaping_adding=adding,
                **self.slots,
            )
            self.slots |= {question: result.slots.get(question, words)}
        self._next(question, adding=adding)
        # Who adds the very same words once more has said nothing new.
        whole = f"{before}\n{words}" if adding and (attached or before != words) else words
        self.newest[question] = whole
        self.ever.append((question, whole))

    def _next(self, question: str, *, adding: bool = False) -> None:
        told = {**self.slots, "shaping_told": question, "shaping_adding": adding}
        self.slots |= {
            name: value
            for name, value in self.stage.run("action_next_idea_question", **told).slots.items()
            if name.startswith("idea_")
        }

    def _away_and_back(self) -> None:
        kept = idea_of(self.stage.session, chat_id=self.stage.context.chat_id)
        if kept is None:
            return
        for name, slot in (("action_put_idea_away", "away"), ("action_switch_idea", "idea")):
            found = self.stage.run(name, **self.slots, **{f"shaping_{slot}": str(kept.id)}).slots
            self.slots |= {name: it for name, it in found.items() if name.startswith("idea_")}


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(_MOVES)
def test_no_order_of_answers_skips_edits_and_attachments_loses_one(
    stage: Stage, moves: list[tuple[str, str, str]]
) -> None:
    with stage.session.begin_nested() as attempt:
        teller = Teller(stage)
        for move in moves:
            teller.do(*move)
        kept = answers_of(stage.session, chat_id=stage.context.chat_id)
        assert {name: answer.text for name, answer in kept.items()} == teller.newest
        assert {name: text for name, text in teller.slots.items() if text} == teller.newest
        idea = idea_of(stage.session, chat_id=stage.context.chat_id)
        for question, text in teller.ever:
            assert idea is not None
            versions = ideas.versions_of(stage.session, idea_id=idea.id, question=question)
            assert text in [version.text for version in versions]
        attempt.rollback()

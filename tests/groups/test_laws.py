"""Whatever people of a group do, in any order: nothing of those who stayed is lost, nothing of who
took their words along is left, and what is their own stays their own."""

import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from bot.pipeline.arrival import Happened
from storage import contributions, ideas
from storage.models import Applicant, Chat, Contribution, Idea, IdeaAnswer, Message
from tests.groups.gathering import PLACE, Gathering
from tests.world import open_world

PEOPLE = ("ann", "ben", "cat")
who = st.sampled_from(PEOPLE)
which = st.integers(0, 9)


class GroupMachine(RuleBasedStateMachine):
    """What each has said is a word of its own, so that it can be found wherever it went."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'group.db'}"
        self.world = self.stack.enter_context(open_world(url, folder, quiet_hours="off"))
        self.group = Gathering(self.world)
        self.count = 0
        self.said: dict[str, set[str]] = {name: set() for name in PEOPLE}  # that must be there
        self.nameless: set[str] = set()  # that too, with nobody's name
        self.gone: set[str] = set()  # that must be nowhere
        self.own: dict[str, set[str]] = {name: set() for name in PEOPLE}
        self.numbers: dict[str, tuple[int, str]] = {}  # who said what in which message, by name
        self.speaks: set[str] = set()
        self.joined: set[str] = set()
        self.does(self.group.begin())
        for name in PEOPLE:
            self.join(name)

    def does(self, doing: Any) -> Any:
        return asyncio.run(doing)

    def word(self) -> str:
        self.count += 1
        return f"quince{self.count:03} things we know of"

    def join(self, name: str) -> None:
        self.group.joins(name, "member" if self.joined else "contact")
        self.joined.add(name)

    @rule(name=who, place=st.sampled_from([0, -1]))
    def replies(self, name: str, place: int) -> None:
        """To the newest question, or to the first, so that there is something to decide."""
        asked = [it for it, post in self.group.screen().items() if "Reply to this" in post.text]
        words = self.word()
        number = self.does(self.group.replies(name, words, asked[place]))
        self.said[name].add(words)
        self.numbers[name] = (number, words)

    @rule(name=who, at=which)
    def presses(self, name: str, at: int) -> None:
        keys = [
            key
            for post in self.group.screen().values()
            for key in post.keys
            if key.token and key.button.payload and "Shape an idea" not in key.button.label
        ]
        if keys:
            self.does(self.group.taps(keys[-1 - at % len(keys)].token, name))

    @rule(name=who)
    def edits(self, name: str) -> None:
        number, before = self.numbers.get(name, (0, ""))
        if before in self.said[name]:
            words = self.word()
            self.does(self.group.does(Happened.EDITED, name, text=words, message_id=number))
            self.said[name] = self.said[name] - {before} | {words}
            self.numbers[name] = (number, words)

    @rule(seconds=st.sampled_from([7, 25 * 3600]))
    def time_passes(self, seconds: float) -> None:
        self.does(self.group.lets(seconds))

    @rule(name=who)
    def switches(self, name: str) -> None:
        self.does(self.world.says(name, "cancel"))
        if name in self.joined and name not in self.speaks:
            self.does(self.world.says(name, "/groups"))
            self.does(self.world.presses(name, "Group one"))
            self.speaks.add(name)
        else:
            self.does(self.world.says(name, "my own things"))
            self.speaks.discard(name)

    @rule(name=who)
    def tells_in_private(self, name: str) -> None:
        words = self.word()
        self.does(self.world.says(name, "cancel"))
        self.does(self.world.says(name, "/idea"))
        self.does(self.world.says(name, words))
        told = self.told()
        assert words not in told[name if name in self.speaks else PLACE]
        if words in told[PLACE]:
            self.said[name].add(words)
        if words in told[name]:
            self.own[name].add(words)

    @rule(name=who, choice=st.sampled_from(["with my name", "without my name", "Take it out"]))
    def leaves(self, name: str, choice: str) -> None:
        if name not in self.joined:
            return
        self.does(self.world.says(name, "cancel"))
        self.does(self.world.says(name, "leave the group"))
        labels = [key.button.label for key in self.world.last(name).keys]
        self.does(self.world.presses(name, next(it for it in labels if choice in it)))
        self.joined.discard(name)
        self.speaks.discard(name)
        if choice == "Take it out":
            self.goes(name)
        elif choice == "without my name":
            self.nameless |= self.said[name]
            self.said[name] = set()

    @rule(name=who)
    def is_forgotten(self, name: str) -> None:
        self.does(self.world.says(name, "cancel"))
        self.does(self.world.says(name, "/forget"))
        self.does(self.world.presses(name, "Yes, delete it all"))
        self.joined.discard(name)
        self.speaks.discard(name)
        self.goes(name)
        self.gone |= self.own[name]
        self.own[name] = set()

    def goes(self, name: str) -> None:
        self.gone |= self.said[name]
        self.said[name] = set()

    @rule(name=who)
    def comes_back(self, name: str) -> None:
        if name not in self.joined:
            self.join(name)

    def told(self) -> dict[str, str]:
        """All answers, of all versions, by whose they are; of the group also what else was said."""
        with self.world.core.database.reading() as session:
            rows = session.execute(
                select(Chat.external_id, IdeaAnswer.text)
                .join(Idea, Idea.id == IdeaAnswer.idea_id)
                .join(Applicant, Applicant.id == Idea.applicant_id)
                .join(Chat, Chat.id == Applicant.chat_id)
            )
            found = {name: [""] for name in (PLACE, *PEOPLE)}
            for place, text in rows:
                found[place].append(text or "")
            found[PLACE] += session.scalars(select(Contribution.text))
        return {place: "\n".join(texts) for place, texts in found.items()}

    @invariant()
    def nothing_of_who_stayed_is_lost(self) -> None:
        told = self.told()
        assert all(it in told[PLACE] for it in self.nameless.union(*self.said.values()))
        for name in PEOPLE:
            assert all(it in told[name] for it in self.own[name])

    @invariant()
    def nothing_of_who_took_it_along_is_left(self) -> None:
        told = "\n".join(self.told().values())
        assert not [it for it in self.gone if it in told]

    @invariant()
    def what_is_kept_makes_the_answers(self) -> None:
        with self.world.core.database.reading() as session:
            for idea_id in session.scalars(select(Contribution.idea_id).distinct()):
                kept = contributions.all_kept(session, idea_id=idea_id)
                versions = ideas.newest_versions(session, idea_id=idea_id)
                answers = {name: it.text for name, it in versions.items() if it.text}
                assert answers == {name: contributions.text_of(it) for name, it in kept.items()}

    def teardown(self) -> None:
        """In the end the group's chat shows nothing of what is gone either."""
        try:
            self.does(self.group.lets(60))
            shown = "\n".join((*self.group.texts(), *self.stored_in_group()))
            assert not [it for it in self.gone if it in shown]
        finally:
            self.stack.close()

    def stored_in_group(self) -> list[str]:
        """The messages of the group's chat as they are stored."""
        with self.world.core.database.reading() as session:
            theirs = (
                select(Message.text)
                .join(Chat, Chat.id == Message.chat_id)
                .where(Chat.kind == "group")
            )
            return [text or "" for text in session.scalars(theirs)]


TestLaws = GroupMachine.TestCase
TestLaws.settings = settings(
    max_examples=4,
    stateful_step_count=16,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

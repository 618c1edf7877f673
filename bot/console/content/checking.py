"""What is wrong with the content as it counts now, and with words that may come to count."""

import asyncio

from actions.registry import ACTIONS, RESPONSES
from bot.console.office import Office
from bot.live_content import LiveContent
from dialogues.findings import Finding
from dialogues.model import Content
from dialogues.rewording import Rewording
from dialogues.wording_checks import Remark, remarks_on


class Checking:
    """Holds content against the rules, in a thread: it takes a tenth of a second."""

    def __init__(self, office: Office) -> None:
        self._core = office.core
        self._known: tuple[Content, list[Finding]] | None = None

    @property
    def live(self) -> LiveContent:
        """The content of this process. Raises RuntimeError where it cannot change."""
        if self._core.live is None:
            raise RuntimeError("this content stays")
        return self._core.live

    @property
    def content(self) -> Content:
        """What counts now."""
        return self.live.current()

    @property
    def files(self) -> Content:
        """What the files say."""
        return self.live.book.content

    async def findings(self) -> list[Finding]:
        """What is wrong with what counts now; looked at once."""
        content = self.content
        if self._known is None or self._known[0] is not content:
            told = {"actions": ACTIONS, "responses": RESPONSES}
            found = await asyncio.to_thread(self.live.book.findings, content, **told)
            self._known = (content, found)
        return self._known[1]

    async def remarks(self, rewording: Rewording) -> list[Remark]:
        """All there is to say of these words, before they count."""
        return await asyncio.to_thread(
            remarks_on,
            self.live.book,
            self.content,
            rewording,
            actions=ACTIONS,
            responses=RESPONSES,
        )

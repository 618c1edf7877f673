"""The preview as a channel: what is delivered needs only a number and a word to the open pages."""

import uuid

from bot.pipeline.parcel import Parcel
from bot.preview.live import Live
from bot.preview.numbers import Numbers
from bot.preview.viewer import Viewer


class PreviewSender:
    """Takes parcels for pages in the browser; see `parcel.Sender`.

    The words are in the history already: a message shows once it has its number.
    """

    def __init__(self, *, live: Live, numbers: Numbers) -> None:
        self._live = live
        self._numbers = numbers

    async def send(self, parcel: Parcel) -> int | None:
        """See `parcel.Sender`."""
        self._live.stir(parcel.external_chat_id)
        return parcel.edits if parcel.edits is not None else self._numbers.next()

    async def answer_press(self, callback_id: str, text: str | None) -> None:
        """See `parcel.Sender`. The id says whose press it was."""
        chat_name, _, rest = callback_id.partition(":")
        sender_id, _, _ = rest.partition(":")
        if text:
            self._live.notify(chat_name, sender_id, text)

    async def show_typing(self, external_chat_id: str) -> None:
        """See `parcel.Sender`. Pages see by themselves what a chat still waits for."""
        self._live.stir(external_chat_id)


def press_id(viewer: Viewer) -> str:
    """A name for one press, which leads its answer back to the page."""
    return f"{viewer.name}:{viewer.sender.external_id}:{uuid.uuid4().hex}"

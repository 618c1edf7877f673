"""The ways out put together: the loops that serve web hooks and mailboxes, apart from those that
serve residents. Whoever is slow there holds up nobody here."""

from datetime import timedelta

from bot.core import Core
from bot.loops import made_of
from bot.pipeline.works import Pace, Works
from bot.stopping import Loop
from bot.ways_out.calling import Caller
from bot.ways_out.hooks import Hooks
from bot.ways_out.letters import Letters
from bot.ways_out.mail_words import MailWords
from bot.ways_out.mails import Mails
from bot.ways_out.outside import Outside
from bot.ways_out.overdue import Overdue
from bot.ways_out.smtp import Mailer, Relay
from dialogues.model import Content
from storage import hook_deliveries, mails

# An answer takes ten seconds at most; the rest of a lease is for writing it down.
HOOKS = Pace(lease=timedelta(seconds=30), done_within=20.0, at_once=8, in_order=True)
MAILS = Pace(lease=timedelta(minutes=2), done_within=60.0, at_once=4)


class WaysOut:
    """What goes out beside the chats. Without a mail server no e-mail does."""

    def __init__(
        self, core: Core, *, caller: Caller | None = None, mailer: Mailer | None = None
    ) -> None:
        self._core = core
        self._outside = Outside.of(core.settings)
        self.hooks = self._hooks(caller or Caller(self._outside.guard))
        url = core.settings.smtp_url
        if mailer is None and url is not None:
            mailer = Mailer(Relay.of(url.get_secret_value()))
        self.mails = self._mails(mailer) if mailer is not None else None
        self.overdue = Overdue(database=core.database, clock=core.clock, signals=core.signals)

    @property
    def loops(self) -> dict[str, Loop]:
        """What runs until told to stop, by a word for what it does."""
        loops: dict[str, Loop] = {"hooks": self.hooks.run}
        if self.mails is not None:
            loops |= {"mails": self.mails.run, "overdue": self.overdue.run}
        return loops

    def _hooks(self, caller: Caller) -> Works:
        core = self._core
        hooks = Hooks(
            database=core.database,
            clock=core.clock,
            caller=caller,
            address=self._outside.address,
        )
        return Works(
            database=core.database,
            clock=core.clock,
            crafts={hook_deliveries.KIND: hooks.craft},
            signals=core.signals,
            pace=HOOKS,
            woken_by="hooks",
        )

    def _mails(self, mailer: Mailer) -> Works:
        core = self._core

        def make(content: Content) -> MailWords:
            saying = core.saying(content)
            return MailWords(saying.wording, saying.programme, self._outside.address)

        letters = Letters(
            sender=core.settings.mail_from or "",
            organisation=core.programme.organisation.short_name,
        )
        mail = Mails(
            database=core.database,
            clock=core.clock,
            mailer=mailer,
            letters=letters,
            words=made_of(core, make),
        )
        return Works(
            database=core.database,
            clock=core.clock,
            crafts={mails.KIND: mail.craft},
            signals=core.signals,
            pace=MAILS,
            woken_by="mails",
        )

"""A world with its ways out: another system on loopback, and a mail server."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.ways_out.ways_out import WaysOut
from storage import mailboxes, staff, web_hooks
from storage.happenings import KINDS
from storage.models import HookDelivery, WebHook
from storage.staff import Role
from tests.desk.office import member_of
from tests.ways_out.mail_server import MailServer
from tests.ways_out.receiver import Receiver, open_receiver
from tests.world import CHANNEL, World, open_world


class Outpost:
    """A world, and what serves its ways out."""

    def __init__(self, world: World, receiver: Receiver, post_office: MailServer) -> None:
        self.world = world
        self.receiver = receiver
        self.post_office = post_office
        self.ways_out = WaysOut(world.core)

    async def settle(self) -> None:
        """Do all that can be done at this instant."""
        await self.ways_out.hooks.run_waiting()
        assert self.ways_out.mails is not None
        await self.ways_out.mails.run_waiting()

    def add_hook(
        self,
        *kinds: str,
        address: str = "",
        is_personal: bool = False,
    ) -> WebHook:
        now = self.world.clock.now()
        with self.world.core.database.transaction() as session:
            admin = staff.staff_member(
                session, channel=CHANNEL, external_id="kim", name="Kim", now=now
            )
            admin.role = Role.ADMIN
            return web_hooks.add_hook(
                session,
                address=address or self.receiver.address(),
                kinds=kinds or KINDS,
                is_personal=is_personal,
                by=admin,
                now=now,
            )

    def hook(self, hook: WebHook) -> WebHook:
        """As it is now."""
        with self.world.core.database.reading() as session:
            return session.get_one(WebHook, hook.id)

    def deliveries(self) -> list[HookDelivery]:
        with self.world.core.database.reading() as session:
            return list(session.query(HookDelivery).order_by(HookDelivery.id))

    def give_mailbox(self, who: str, *kinds: str, address: str = "") -> str:
        """They have proved an address, and want these; the address."""
        where = address or f"{who}@example.org"
        with self.world.core.database.transaction() as session:
            member = session.merge(member_of(self.world, who))
            seed = mailboxes.ask_to_confirm(session, member, where)
            token = mailboxes.token_of(session, seed)
            mailboxes.confirm(session, token, now=self.world.clock.now())
            mailboxes.choose(session, member, kinds)
        return where


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Another system that is listening."""
    async with open_receiver() as opened:
        yield opened


@pytest.fixture
async def post_office() -> AsyncIterator[MailServer]:
    """A mail server that is listening."""
    async with MailServer().listening() as server:
        yield server


@pytest.fixture
def outpost(
    database_url: str, tmp_path: Path, receiver: Receiver, post_office: MailServer
) -> Iterator[Outpost]:
    """On each kind of database."""
    with open_world(
        database_url,
        tmp_path,
        quiet_hours="off",
        webhook_allow="127.0.0.1",
        smtp_url=post_office.url,
        mail_from="Incubator <hello@example.org>",
        public_url="https://assistant.example.org",
    ) as world:
        yield Outpost(world, receiver, post_office)

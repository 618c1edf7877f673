"""The loops of the pipeline, each put together from what the parts share."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from actions.context import GroupLink, StartLink, typed_link
from actions.desk import staff_words
from actions.desk.handoff import TALK
from actions.ideas import pages, sharing
from actions.ideas.attachments import fetching
from bot.core import Core
from bot.desk.daily.digests import DigestWriter
from bot.desk.daily.snoozing import WAKES, Waking
from bot.desk.deeds import deeds_of
from bot.desk.desk import Desk, is_for_desk
from bot.desk.leads.cards import Cards
from bot.desk.leads.changes import REMINDER, ChangesReminder
from bot.desk.leads.introductions import IntroductionWriter
from bot.desk.people.staff_words import StaffWords
from bot.desk.talk import topics
from bot.desk.talk.clock import TalkClock
from bot.desk.talk.notes import TalkNotes, not_delivered, not_passed_on
from bot.desk.talk.posts import LINE, TalkPosts
from bot.desk.talk.talks import Talks
from bot.groups.room import Room
from bot.groups.voice import Voice
from bot.links import ChatLinks, person_link
from bot.live_content import LiveRooms, Made, live_writers
from bot.pages.making import PageMaker, PageWords
from bot.pipeline.broadcaster import Broadcaster
from bot.pipeline.broadcasts import BroadcastWriter
from bot.pipeline.composing import Composer, Writer
from bot.pipeline.copies import Copies, Fetch
from bot.pipeline.delivery import Delivery
from bot.pipeline.figures import Figures
from bot.pipeline.foresight import Foresight
from bot.pipeline.group_posts import GroupPosts
from bot.pipeline.handover import Handover, Outlet
from bot.pipeline.herald import Herald
from bot.pipeline.keeping import kept_file
from bot.pipeline.member_words import MemberWords
from bot.pipeline.news import NewsWriter
from bot.pipeline.others import OthersWriter
from bot.pipeline.pacing import Pacer
from bot.pipeline.parcel import Sender
from bot.pipeline.performing import Performer
from bot.pipeline.planner import Planner
from bot.pipeline.reminders import ReminderWriter
from bot.pipeline.residents import Residents, Watch
from bot.pipeline.retention import Retention, Tidy
from bot.pipeline.rounds import Decode
from bot.pipeline.routing import Router
from bot.pipeline.shared_ideas import SharedIdeas
from bot.pipeline.sign_off_posts import SignOffPosts
from bot.pipeline.turn import Press
from bot.pipeline.turns import Turns
from bot.pipeline.works import Works
from bot.site.calendars import Calendars
from dialogues.model import Content
from storage import broadcasts
from storage.digests import DIGEST

PREVIEW = "preview"

T = TypeVar("T")


@dataclass(slots=True)
class Channels:
    """What is open in this process, by the channel's name."""

    decoders: dict[str, Decode] = field(default_factory=dict)  # whose updates it handles
    senders: dict[str, Sender] = field(default_factory=dict)  # whose messages it delivers
    pacers: dict[str, Pacer] = field(default_factory=dict)
    answerers: dict[str, Sender] = field(default_factory=dict)  # whose presses it answers
    fetchers: dict[str, Fetch] = field(default_factory=dict)  # whose files it fetches
    links: ChatLinks | None = None  # into the private chat; None: only the local preview has one

    def start_link(self, *, preview: str) -> StartLink:
        """How a chat of a channel is opened; `preview` is the address of the local one."""

        def start_link(channel: str, parameter: str) -> str:
            links = ChatLinks.of_preview(preview) if channel == PREVIEW else self.links
            return links.start(parameter) if links else typed_link(channel, parameter)

        return start_link

    def group_link(self, *, preview: str) -> GroupLink:
        """How the assistant is brought into a group of a channel, where it can be."""

        def group_link(channel: str, parameter: str) -> str | None:
            links = ChatLinks.of_preview(preview) if channel == PREVIEW else self.links
            return links.start_group(parameter) if links else None

        return group_link


def build_turns(
    core: Core,
    channels: Channels,
    on_press: Callable[[Press], None],
    *,
    watch: Watch | None = None,
    outlet: Outlet | None = None,
    is_calm: Callable[[], bool] = lambda: True,
) -> Turns:
    """The loop that takes updates, and hands them to the rooms. `on_press` is told of presses whose
    turn is over, `watch` sees residents' turns, `outlet` sends what they are answered; `is_calm`
    says whether no process has died lately."""
    return Turns(
        database=core.database,
        clock=core.clock,
        decoders=channels.decoders,
        handler=_rooms(core, channels, watch),
        signals=core.signals,
        on_press=on_press,
        handover=Handover(clock=core.clock, composer=build_composer(core, channels)),
        outlet=outlet,
        is_calm=is_calm,
        foresight=Foresight(made_of(core, lambda content: content)),
    )


def _rooms(core: Core, channels: Channels, watch: Watch | None) -> Router | LiveRooms:
    if core.live is not None:
        return LiveRooms(
            core.live,
            lambda content: _rooms(core.saying(content), channels, watch),
            clock=core.clock,
            tells_in=PREVIEW,
        )
    performer = Performer(
        content=core.content,
        wording=core.wording,
        programme=core.programme,
        clock=core.clock,
        start_link=channels.start_link(preview=core.settings.own_address),
        group_link=channels.group_link(preview=core.settings.own_address),
    )
    return Router(
        residents=Talks(
            residents=Residents(
                content=core.content, performer=performer, clock=core.clock, watch=watch
            ),
            wording=core.wording,
            programme=core.programme,
            clock=core.clock,
        ),
        desk=build_desk(core, channels),
        groups=_room(core, channels),
        is_for_desk=is_for_desk,
    )


def build_desk(core: Core, channels: Channels) -> Desk:
    """What staff can do, in chats and in the browser."""
    deeds = deeds_of(
        wording=core.wording,
        programme=core.programme,
        start_link=channels.start_link(preview=core.settings.own_address),
        group_link=channels.group_link(preview=core.settings.own_address),
        address=core.settings.own_address.rstrip("/"),
        has_mail=core.settings.smtp_url is not None,
    )
    return Desk(wording=core.wording, clock=core.clock, deeds=deeds)


def build_delivery(core: Core, channels: Channels) -> Delivery:
    """The loop that sends."""
    return Delivery(
        database=core.database,
        clock=core.clock,
        senders=channels.senders,
        pacers=channels.pacers,
        composer=build_composer(core, channels),
        signals=core.signals,
    )


def build_composer(core: Core, channels: Channels) -> Composer:
    """What makes parcels, with the writers of what is worded late."""
    cards, reminders, news = _cards(core), _reminders(core, channels), _news(core, channels)
    broadcast = _broadcasts(core)
    calendars = build_calendars(core, channels)
    return Composer(
        clock=core.clock,
        writers=_writers(core, channels),
        after_sending={
            **cards.after_sending,
            **topics.AFTER_SENDING,
            **TalkPosts(wording=core.wording).after_sending,
            **_others(core).after_sending,
            "reminder": reminders.sent,
            "news": news.sent,
            broadcasts.KIND: broadcast.sent,
        },
        after_ending={
            "reminder": reminders.ended,
            broadcasts.KIND: broadcast.ended,
            DIGEST: _digests(core).ended,
            LINE: not_delivered(core.clock),
            TALK: not_passed_on(core.clock),
        },
        documents=lambda session, place, chat_id: (
            kept_file(session, place, chat_id=chat_id)
            or calendars().file(session, place, chat_id=chat_id)
        ),
    )


def _writers(core: Core, channels: Channels) -> dict[str, Writer]:
    if core.live is not None:
        return live_writers(core.live, lambda content: _writers(core.saying(content), channels))
    return {
        **_cards(core).writers,
        **_talks(core),
        **_room(core, channels).writers,
        **_others(core).writers,
        **_introductions(core).writers,
        **_member_words(core).writers,
        "reminder": _reminders(core, channels).write,
        DIGEST: _digests(core).write,
        WAKES: Waking(wording=core.wording, programme=core.programme, clock=core.clock).write,
        REMINDER: _changes_reminder(core).write,
        "news": _news(core, channels).write,
        broadcasts.KIND: _broadcasts(core).write,
        broadcasts.TEST: _broadcasts(core).write_test,
        staff_words.KIND: StaffWords(wording=core.wording).write,
        **_group_posts(core),
        sharing.KIND: SharedIdeas(wording=core.wording, programme=core.programme).write,
    }


def _talks(core: Core) -> dict[str, Writer]:
    wording, programme, clock = core.wording, core.programme, core.clock
    return {
        **TalkPosts(wording=wording).writers,
        **TalkNotes(wording=wording).writers,
        **TalkClock(wording=wording, programme=programme, clock=clock).writers,
        **topics.Topics(wording=wording, programme=programme, clock=clock).writers,
    }


def _group_posts(core: Core) -> dict[str, Writer]:
    wording, programme, clock = core.wording, core.programme, core.clock
    return {
        **GroupPosts(wording=wording, programme=programme, clock=clock).writers,
        **SignOffPosts(wording=wording, programme=programme, clock=clock).writers,
    }


def build_works(core: Core, channels: Channels, *, makes_pages: bool = True) -> Works:
    """The loop that does what is slow: it fetches from the channels, and makes pages."""
    words = made_of(core, lambda content: core.saying(content).wording)
    crafts = {
        fetching(channel): Copies(
            database=core.database, clock=core.clock, fetch=fetch, words=words
        ).craft
        for channel, fetch in channels.fetchers.items()
    }
    page_words = made_of(
        core, lambda content: PageWords.of(content, core.saying(content).programme)
    )
    if makes_pages:
        maker = PageMaker(database=core.database, clock=core.clock, words=page_words)
        crafts[pages.WORK] = maker.craft
    return Works(database=core.database, clock=core.clock, crafts=crafts, signals=core.signals)


def build_calendars(core: Core, channels: Channels) -> Callable[[], Calendars]:
    """What writes calls as calendars, in the words that count when it is asked for."""
    links = channels.links or ChatLinks.of_preview(core.settings.own_address)

    def make(content: Content) -> Calendars:
        speaking = core.saying(content)
        return Calendars(
            say=speaking.wording.say,
            programme=speaking.programme,
            links=links,
            clock=core.clock,
        )

    return made_of(core, make)


def made_of(core: Core, make: Callable[[Content], T]) -> Callable[[], T]:
    """Gives what is made of the content, made anew when the content may change and has."""
    if core.live is not None:
        return Made(core.live, make).current
    made = make(core.content)
    return lambda: made


def _cards(core: Core) -> Cards:
    return Cards(wording=core.wording, programme=core.programme, clock=core.clock)


def _room(core: Core, channels: Channels) -> Room:
    voice = Voice(
        wording=core.wording,
        programme=core.programme,
        start_link=channels.start_link(preview=core.settings.own_address),
    )
    return Room(voice=voice, content=core.content, clock=core.clock)


def _digests(core: Core) -> DigestWriter:
    return DigestWriter(wording=core.wording, programme=core.programme, clock=core.clock)


def _changes_reminder(core: Core) -> ChangesReminder:
    return ChangesReminder(wording=core.wording, programme=core.programme, clock=core.clock)


def _member_words(core: Core) -> MemberWords:
    return MemberWords(wording=core.wording, programme=core.programme, clock=core.clock)


def _reminders(core: Core, channels: Channels) -> ReminderWriter:
    return ReminderWriter(
        wording=core.wording,
        programme=core.programme,
        clock=core.clock,
        start_link=channels.start_link(preview=core.settings.own_address),
    )


def _news(core: Core, channels: Channels) -> NewsWriter:
    return NewsWriter(
        wording=core.wording,
        programme=core.programme,
        clock=core.clock,
        start_link=channels.start_link(preview=core.settings.own_address),
    )


def _broadcasts(core: Core) -> BroadcastWriter:
    return BroadcastWriter(wording=core.wording, programme=core.programme, clock=core.clock)


def _others(core: Core) -> OthersWriter:
    return OthersWriter(wording=core.wording, programme=core.programme, clock=core.clock)


def _introductions(core: Core) -> IntroductionWriter:
    return IntroductionWriter(
        wording=core.wording,
        programme=core.programme,
        clock=core.clock,
        link=lambda chat: person_link(chat.channel, chat.external_id),
    )


def build_herald(core: Core) -> Herald:
    """The loop that sees when calls open or change, and tells whom it concerns."""
    return Herald(
        database=core.database,
        clock=core.clock,
        programme=core.programme,
        signals=core.signals,
        owner=str(uuid.uuid4()),
    )


def build_broadcaster(core: Core) -> Broadcaster:
    """The loop that hands broadcasts to the outbox."""
    return Broadcaster(
        database=core.database,
        clock=core.clock,
        programme=core.programme,
        signals=core.signals,
        owner=str(uuid.uuid4()),
    )


def build_planner(core: Core) -> Planner:
    """The loop that finds due reminders."""
    return Planner(
        database=core.database,
        clock=core.clock,
        programme=core.programme,
        signals=core.signals,
        owner=str(uuid.uuid4()),
        rate=core.settings.telegram_rate,
    )


def build_figures(core: Core) -> Figures:
    """The loop that counts the days."""
    return Figures(
        database=core.database,
        clock=core.clock,
        content=core.content,
        signals=core.signals,
        owner=str(uuid.uuid4()),
    )


def build_retention(core: Core, *, tidy: Sequence[Tidy] = ()) -> Retention:
    """The loop that deletes what was kept long enough. `tidy` sees to files."""
    return Retention(
        database=core.database,
        clock=core.clock,
        days=core.programme.retention_days,
        signals=core.signals,
        owner=str(uuid.uuid4()),
        tidy=tidy,
    )

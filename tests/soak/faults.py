"""The faults, each made while residents write."""

import asyncio
import random
import resource
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import inf

from tests.process.assistant import Assistant
from tests.soak.poisoned import POISON
from tests.soak.scene import Scene
from tests.soak.stepping import set_clock

STEPPING = "tests.soak.stepping"
POISONED = "tests.soak.poisoned"
SORRY = "went wrong at our end"
MOST_DEATHS = 6
ROOM_LEFT = 4096  # bytes that a file may have while the disk is full


async def kills(scene: Scene, *, times: int, chance: random.Random, within: float = inf) -> None:
    """SIGKILL at random moments, also while a process starts. On a slow machine, after so many
    seconds it is enough."""
    until = time.monotonic() + within
    while len(scene.events) < times and time.monotonic() < until:
        await asyncio.sleep(chance.uniform(0.05, 1.5))
        victim = chance.choice(scene.assistants)
        await scene.kill(victim)
        if chance.random() < 0.2:
            await _killed_while_starting(scene, victim, chance)
        await victim.start()


async def _killed_while_starting(scene: Scene, victim: Assistant, chance: random.Random) -> None:
    starting = asyncio.create_task(victim.start())
    await asyncio.sleep(chance.uniform(0.2, 1.5))
    await scene.kill(victim)
    with suppress(AssertionError):  # it was not to become ready
        await starting


async def database_trouble(scene: Scene, *, chance: random.Random, rounds: int) -> None:
    """Every process loses its database again and again, in all the ways that lines have."""
    assert scene.server is not None
    server = scene.server
    ways: list[tuple[str, Callable[[], Awaitable[None]]]] = [
        ("cut", lambda: _each(scene, "cut")),
        ("refused", lambda: _each(scene, "refuse", chance.uniform(1, 4))),
        ("stalled", lambda: _each(scene, "stall", chance.uniform(1, 6))),
        ("server restarted", server.restart),
        ("server crashed", lambda: server.restart(crash=True)),
    ]
    for _ in range(rounds):
        for name, happen in chance.sample(ways, len(ways)):
            await asyncio.sleep(chance.uniform(0.3, 2.5))
            async with scene.fault(f"database {name}"):
                await happen()


async def _each(scene: Scene, trouble: str, seconds: float = 0.0) -> None:
    for proxy in scene.proxies:
        getattr(proxy, trouble)()
    await asyncio.sleep(seconds)
    for proxy in scene.proxies:
        proxy.heal()


async def one_cut_off(scene: Scene, *, seconds: float) -> None:
    """One of two processes cannot reach the database for a while, and comes back."""
    for proxy in scene.proxies:
        await asyncio.sleep(2)
        async with scene.fault("cut off from the database"):
            proxy.refuse()
            await asyncio.sleep(seconds)
            proxy.heal()


Trouble = Callable[[], None]


def telegram_troubles(scene: Scene, seconds: float) -> list[Trouble]:
    """What the Bot API does to senders; what takes time takes about so many seconds."""
    api = scene.api
    someone = scene.people[-1].person
    return [
        lambda: api.fail_next("sendMessage", status=500, times=2),
        lambda: api.flood(someone, retry_after=2 * seconds),
        lambda: api.flood(None, retry_after=seconds),
        lambda: api.hang_next("sendMessage", seconds),
        lambda: api.hang_next("sendMessage", seconds, after_delivering=True),
        lambda: api.drop_connection_after_delivering(times=2),
        lambda: api.drop_connection_after_delivering(method="getUpdates"),
    ]


def long_troubles(scene: Scene) -> list[Trouble]:
    """After what everybody rests for half a minute, or longer and longer."""
    api = scene.api
    return [
        lambda: api.fail_next("getUpdates", status=503, times=3),
        lambda: api.fail_next("sendMessage", status=401),
        lambda: api.fail_next("getUpdates", status=401),
        lambda: api.fail_next("getUpdates", status=409),
        lambda: api.fail_next("*", status=502, times=6),
        lambda: api.hang_next("getUpdates", 25),
    ]


async def telegram_trouble(
    scene: Scene, troubles: list[Trouble], *, chance: random.Random, pause: float
) -> None:
    """Each of these, in some order, one after the other."""
    planned = scene.api.server.faults
    for trouble in chance.sample(troubles, len(troubles)):
        trouble()
        await scene.api.until(lambda: not planned.planned, "the trouble to be met", 120)
        await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)


async def disk_full(scene: Scene, *, times: int, seconds: float) -> None:
    """No file of the process may grow for a while; it must live on, and go on."""
    pid = scene.assistant.pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    for _ in range(times):
        await asyncio.sleep(1.5)
        async with scene.fault("disk full"):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (ROOM_LEFT, hard))
            await asyncio.sleep(seconds)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
    assert scene.assistant.pid == pid


async def clock_steps(scene: Scene, *, times: int, chance: random.Random) -> None:
    """The clock of every machine is set back, by seconds or by hours, and right again."""
    for _ in range(times):
        for seconds in (-chance.choice([2, 40, 3600, 40_000]), 0):
            await asyncio.sleep(chance.uniform(2, 5))  # a look at the clock comes each second
            async with scene.fault("clock set"):
                for assistant in scene.assistants:
                    set_clock(assistant.folder, seconds)


async def poison(scene: Scene, *, within: float) -> int:
    """Somebody writes what the process dies of. How often it died until that was set aside."""
    deaths: list[int] = []
    minding = asyncio.create_task(_mind_all(scene, deaths))
    victim = scene.api.person("Vic")
    try:
        await victim.start()
        await victim.receives("free", timeout=within)
        dose = await victim.send(POISON)
        scene.lethal.add(f"telegram:{dose.update_id}")
        await victim.receives(SORRY, timeout=within)
        await victim.send("/help")  # life goes on for them as well
        await victim.receives("how this works", timeout=within)
    finally:
        minding.cancel()
        with suppress(asyncio.CancelledError):
            await minding
    assert 0 < len(deaths) <= MOST_DEATHS, deaths
    return len(deaths)


async def _mind_all(scene: Scene, deaths: list[int]) -> None:
    async with asyncio.TaskGroup() as group:
        for assistant in scene.assistants:
            group.create_task(_mind(scene, assistant, deaths))


async def _mind(scene: Scene, assistant: Assistant, deaths: list[int]) -> None:
    """Start what has died again, as a supervisor does."""
    while True:
        deaths.append(await assistant.ended())
        scene.note("died of poison", scene.api.world.clock() - 0.1)
        with suppress(AssertionError):  # it died again before it was ready
            await assistant.start()

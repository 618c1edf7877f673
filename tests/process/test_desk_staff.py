"""Who is staff, from the first start on: links, invitations, the staff's group and its mishaps."""

import re

import pytest

from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant
from tests.process.test_desk import ring_me

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def people(api: BotApi) -> tuple[Person, Person, Person]:
    """A resident, who becomes admin, and who becomes caseworker."""
    return (
        api.person("Ann", last_name="Example"),
        api.person("Ada", last_name="Sample"),
        api.person("Cal", last_name="Sample"),
    )


async def become_admin(assistant: Assistant, api: BotApi, ada: Person) -> str:
    """By the link that `run` prints; its token."""
    line = await assistant.next_line()
    found = re.fullmatch(rf"first admin: https://t\.me/{api.bot.username}\?start=(\S+)", line)
    assert found is not None, line
    assert len(found[1]) <= 64
    token = found[1].removeprefix("staff-")
    assert re.fullmatch(
        rf"or in a browser: http://\S+/staff/first/{token}", await assistant.next_line()
    )
    await ada.start(found[1])
    await ada.receives("on the staff list now", "admin")
    return found[1]


async def connect(ada: Person, group: Group) -> None:
    await ada.send("/connect")
    told = await ada.receives("/connect ", button="Choose the group")
    found = re.search(r"/connect (\w+)", told.text)
    assert found is not None
    await group.add_bot(by=ada, start=f"connect-{found[1]}")  # as the button has Telegram do
    await group.receives("Leads arrive here from now on")


async def invite(ada: Person, who: Person) -> None:
    await ada.send("/staff invite caseworker")
    told = await ada.receives("Send this link to one person")
    found = re.search(r"start=(staff-\w+)", told.text)
    assert found is not None
    await who.start(found[1])
    await who.receives("on the staff list now", "caseworker")
    await ada.receives("has opened your link")


@on_sqlite
async def test_from_the_first_link_to_a_claimed_lead(
    assistant: Assistant, api: BotApi, people: tuple[Person, Person, Person]
) -> None:
    ann, ada, cal = people
    await assistant.start()
    token = await become_admin(assistant, api, ada)
    await cal.start(token)
    await cal.receives("Somebody has used this link before")
    await ring_me(ann)
    group = api.group("The team", members=[ada, cal], supergroup=True)
    await connect(ada, group)
    await group.receives("Ann Example", button="Claim")
    await group.press("Claim", by=cal)
    await api.until(lambda: bool(cal.toasts), "Cal hears of it", 5)
    assert "not on the staff list" in str(cal.toasts[-1])
    await invite(ada, cal)
    await group.press("Claim", by=cal)
    await group.receives("taken")
    code, out, err = await assistant.command("staff", "audit")
    assert code == 0, err
    assert re.search(r"Cal Sample\s+claim\s+done\s+LCR-", out)
    assert re.search(r"a stranger\s+claim\s+refused\s+LCR-", out)
    assert api.violations == []


@on_sqlite
async def test_the_link_is_printed_while_there_is_no_admin_and_made_again(
    assistant: Assistant, api: BotApi, people: tuple[Person, Person, Person]
) -> None:
    ada, cal = people[1], people[2]
    await assistant.start()
    line = await assistant.next_line()
    code, out, err = await assistant.command("staff", "link", "--by", "Op")
    assert code == 0, err
    address = out.splitlines()[0]
    assert address.startswith(f"https://t.me/{api.bot.username}?start=staff-")
    await cal.start(line.partition("start=")[2])
    await cal.receives("doesn't work any more")
    await ada.start(address.partition("start=")[2])
    await ada.receives("on the staff list now", "admin")
    await assistant.stop()
    await assistant.start()
    _code, out, _err = await assistant.command("staff", "list")
    assert re.search(r"telegram\s+Ada Sample\s+admin", out)
    number = out.splitlines()[1].split()[0]
    code, _out, err = await assistant.command("staff", "remove", number)
    assert (code, "only admin" in err) == (2, True)
    code, out, _err = await assistant.command("staff", "audit", "--limit", "2")
    assert len(out.splitlines()) == 3
    assert await assistant.stop() == 0


@on_sqlite
async def test_a_forum_is_known_as_one_and_removed_silenced_and_moved_groups_are_told(
    assistant: Assistant, api: BotApi, people: tuple[Person, Person, Person]
) -> None:
    ann, ada, cal = people
    await assistant.start()
    await become_admin(assistant, api, ada)
    forum = api.group("Forum", members=[ada, cal], forum=True)
    await connect(ada, forum)
    await ada.send("/staff")
    await ada.receives("Leads arrive in Forum", "each in a topic of its own")
    await forum.remove_bot(by=ada)
    await ada.receives("I'm not in the staff chat Forum any more")
    await ring_me(ann)
    await forum.add_bot(by=ada)
    await ada.receives("takes posts again")
    await api.until(
        lambda: "Ann Example" in str(forum.transcript), "the lead that waited is there", 15
    )
    await forum.silence_bot(by=ada)
    await ada.receives("not allowed to write in the staff chat Forum")
    await forum.let_bot_speak(by=ada)
    await ada.receives("takes posts again")
    group = api.group("Plain", members=[ada, cal])
    await connect(ada, group)
    await group.receives("This group has no topics")
    await group.receives("Ann Example", button="Claim")
    await group.upgrade()
    await group.send(f"/staff@{api.bot.username}", by=ada)
    await group.receives("Who is staff", "Leads arrive in Plain")


@on_sqlite
async def test_a_group_of_residents_and_strangers_get_nowhere(
    assistant: Assistant, api: BotApi, people: tuple[Person, Person, Person]
) -> None:
    ann, ada, cal = people
    await assistant.start()
    await become_admin(assistant, api, ada)
    group = api.group("Neighbours", members=[ann, cal])
    await group.send(f"/connect@{api.bot.username} 0123456789", by=ann)
    await group.send(f"/connect@{api.bot.username}", by=cal)
    await group.hears_nothing(within=1)
    await group.send(f"/start@{api.bot.username} staff-whatever", by=cal)
    await group.receives("private chat with me")

"""Making and changing calls with the console's form."""

from datetime import UTC, datetime

import pytest

from storage import audit, news
from storage.staff import Role
from tests.console.calls.forms import form_in, send, words
from tests.console.calls.town import (
    EDIT,
    ENOUGH,
    GARDENS,
    GROWN_UP,
    IN_SEFTON,
    criterion,
    found,
    keep,
    kinds,
    local,
    settle_in,
)
from tests.console.conftest import Office

NEW = "/staff/new-call"
BENCHES = {
    "title": "Benches by the canal",
    "code": "benches",
    "theme": "community_assets",
    "summary": "A place to sit together.",
    "opens_date": "2026-06-15",
    "closes_date": "2026-08-14",
}


async def test_a_call_is_made_as_a_draft_and_nobody_is_told(office: Office) -> None:
    kim = await office.signed_in("Kim", Role.MANAGER)
    await kim.get(NEW)
    response = await send(kim, NEW, "review", **BENCHES)
    assert (response.status, response.headers["Location"]) == (
        303,
        "/staff/calls/benches?done=made#done",
    )
    call = found(office, "benches")
    assert (call.is_draft, call.criteria, call.reminders) == (True, [], None)
    assert call.opens_at == local(2026, 6, 15, 9)
    assert call.closes_at == local(2026, 8, 14, 17)
    with office.core.database.reading() as session:
        assert not news.is_waiting(session, now=office.clock.now())
        [entry, *_] = audit.entries(session, limit=1)
        assert (entry.verb, entry.who, (entry.detail or {})["code"]) == (
            "call_made",
            "Kim",
            "benches",
        )


async def test_rows_are_added_and_removed_without_losing_a_word(small_office: Office) -> None:
    kim = await small_office.signed_in("Kim", Role.MANAGER)
    await kim.get(NEW)
    await send(kim, NEW, "add:", **BENCHES, **{"fact-": "people"})
    await send(kim, NEW, "any_of:", **{"c1-values": "3", "c1-met": "You are three."})
    await send(kim, NEW, "add:2", **{"fact-2": "adult"})
    await send(kim, NEW, "add:2", **{"fact-2": "stage", "c3-values": ["true"]})
    await send(kim, NEW, "up:4", **{"c4-values": ["tried", "running"]})
    fields = form_in(kim.page, NEW)
    assert fields["title"] == ["Benches by the canal"]
    assert fields["row"] == ["1::one", "2::any_of", "4:2:one", "3:2:one"]
    assert fields["c1-values"] == ["3"]
    assert fields["c1-met"] == ["You are three."]
    assert fields["c3-values"] == ["true"]
    assert fields["c4-values"] == ["tried", "running"]
    await send(kim, NEW, "remove:2")
    assert form_in(kim.page, NEW)["row"] == ["1::one"]
    filled = {"c1-unmet_text": "You need three.", "c1-fix": "Ask somebody."}
    assert (await send(kim, NEW, "review", **filled)).status == 303
    assert found(small_office, "benches").criteria == [
        {
            "fact": "people",
            "at_least": 3.0,
            "unmet": "not_yet",
            "met": "You are three.",
            "unmet_text": "You need three.",
            "fix": "Ask somebody.",
        }
    ]


async def test_a_group_of_ways_is_kept(small_office: Office) -> None:
    kim = await small_office.signed_in("Kim", Role.MANAGER)
    await kim.get(NEW)
    await send(kim, NEW, "any_of:", **BENCHES)
    await send(kim, NEW, "add:1", **{"fact-1": "stage"})
    await send(kim, NEW, "all_of:1")
    await send(kim, NEW, "add:3", **{"fact-3": "adult"})
    texts = {
        f"c{row}-{name}": f"{name} of {row}"
        for row in (2, 4)
        for name in ("met", "unmet_text", "fix")
    }
    ways = {"c2-comparison": "at_least", "c2-values": "running", "c4-values": "true"}
    response = await send(kim, NEW, "review", **texts, **ways)
    assert response.status == 303, words(kim)
    [group] = found(small_office, "benches").criteria
    first, second = group["any_of"]
    assert first["one_of"] == ["running", "contracts"]
    assert second["all_of"][0]["is"] is True


ODD = [
    IN_SEFTON,
    {**criterion("stage", one_of=["running", "spark"]), "instead": "accelerator"},
    {"any_of": [{"all_of": [GROWN_UP, criterion("people", **{"is": 2.0})]}, ENOUGH]},
    criterion("pets", one_of=["cat"]),  # nobody is asked any more
    criterion("borough", one_of=["sefton", "wirral", "atlantis"]),  # one is no answer any more
    criterion("applicant_who", **{"is": "individual"}),
    criterion("adult", one_of=[True]),
]


async def test_what_is_not_touched_stays_to_the_letter(office: Office) -> None:
    keep(
        office,
        criteria=ODD,
        is_draft=True,
        opens_at=local(2026, 5, 11).replace(second=7),
        closes_at=local(2026, 10, 25, 1, 30).replace(fold=1),
        reminders=["2h", "5wd", "14d"],
        summary="Two lines,\nand spaces  within.",
    )
    before = found(office)
    kim = await office.signed_in("Kim", Role.MANAGER)
    await kim.get(EDIT)
    response = await send(kim, EDIT, "review")
    assert response.headers.get("Location", words(kim)).endswith("done=same#done")
    assert kinds(office) == ["created"]
    await kim.get(EDIT)
    await send(kim, EDIT, "up:2")  # back and forth: still the same
    await send(kim, EDIT, "up:1")
    await send(kim, EDIT, "edit")
    assert (await send(kim, EDIT, "review")).headers["Location"].endswith("done=same#done")
    assert found(office).criteria == before.criteria


WRONG = {
    "title": ({"title": " "}, "title", "Title: write something here"),
    "theme": ({"theme": "cats"}, "theme", "Theme: choose one"),
    "link": ({"link": "http://example.org"}, "link", "https://"),
    "no day": ({"closes_date": ""}, "closes_date", "Closes: give the day"),
    "no such day": ({"closes_date": "2026-02-30"}, "closes_time", "no date and time"),
    "skipped": (
        {"closes_date": "2027-03-28", "closes_time": "01:30"},
        "closes_time",
        "the clocks go forward over it",
    ),
    "twice": (
        {"closes_date": "2026-10-25", "closes_time": "01:30"},
        "closes_offset",
        "comes twice. Say which",
    ),
    "backwards": ({"closes_date": "2026-01-01"}, "closes_date", "close after it opens"),
    "reminders": ({"reminding": "own", "more_offsets": "soon"}, "more_offsets", "is no offset"),
    "no answer": ({"c1-values": []}, "c1-values", "Choose at least one answer"),
    "no number": ({"c5-values": "some"}, "c5-values", "Give a number"),
    "no words": ({"c2-fix": ""}, "c2-fix", "What helps: write something here"),
    "no offer": ({"c2-instead": "cats"}, "c2-instead", "no such offer"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_mistakes_stand_beside_their_fields(small_office: Office, name: str) -> None:
    changed, field, message = WRONG[name]
    keep(small_office)
    kim = await small_office.signed_in("Kim", Role.MANAGER)
    await kim.get(EDIT)
    typed = {"offering": "Something <new>", **changed}
    assert (await send(kim, EDIT, "review", **typed)).status == 422
    assert message in words(kim)
    assert f'href="#{field}"' in kim.page  # from the summary at the top
    assert f'id="{field}' in kim.page
    assert f'id="{field}-wrong"' in kim.page
    assert form_in(kim.page, EDIT)["offering"] == ["Something <new>"]
    assert kinds(small_office) == ["created"]


async def test_of_two_moments_the_one_that_was_meant_is_kept(small_office: Office) -> None:
    keep(small_office, is_draft=True)
    kim = await small_office.signed_in("Kim", Role.MANAGER)
    await kim.get(EDIT)
    twice = {"closes_date": "2026-10-25", "closes_time": "01:30"}
    await send(kim, EDIT, "review", **twice)
    assert (await send(kim, EDIT, "review", closes_offset="+00:00")).status == 303
    assert found(small_office).closes_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    await kim.get(EDIT)  # and the offset is of no use to another day
    assert (await send(kim, EDIT, "review", closes_date="2026-10-26")).status == 303
    assert found(small_office).closes_at == local(2026, 10, 26, 1, 30)


async def test_a_code_is_taken_once(small_office: Office) -> None:
    keep(small_office)
    kim = await small_office.signed_in("Kim", Role.MANAGER)
    for code in (GARDENS.code, "Big Letters"):
        await kim.get(NEW)
        assert (await send(kim, NEW, "review", **{**BENCHES, "code": code})).status == 422
        assert 'id="code-wrong"' in kim.page


async def test_what_follows_is_shown_and_then_done(office: Office) -> None:
    keep(office)
    settle_in(office, reminded=3, borough="sefton", adult=True, applicant_who="individual")
    settle_in(office, followers=2)
    kim = await office.signed_in("Kim", Role.MANAGER)
    await kim.get(EDIT)
    changed = {"closes_date": "2026-07-24", "c1-values": ["wirral"]}
    assert (await send(kim, EDIT, "review", **changed)).status == 200
    assert "5 people will be told, 3 verdicts change" in words(kim)
    assert "New dates for Gardens together 2026" in words(kim)
    assert "can apply cannot apply It has to happen in Sefton or Wirral." in words(kim)
    assert "Fri 3 Jul 2026, 17:00 (14 days before) Fri 10 Jul 2026, 17:00" in words(kim)
    assert "resident-" not in kim.page
    assert kinds(office) == ["created"]
    response = await send(kim, EDIT, "save")
    assert response.headers["Location"].endswith("done=told#done")
    assert kinds(office) == ["created", "changed"]
    call = found(office)
    assert call.closes_at == local(2026, 7, 24, 17)
    assert call.criteria[0]["one_of"] == ["wirral"]
    with office.core.database.reading() as session:
        [item] = [it for it in news.news_of_call(session, call_id=call.id) if it.kind == "moved"]
        assert item.finished_at is None


async def test_what_others_do_meanwhile_is_shown_anew(small_office: Office) -> None:
    office = small_office
    keep(office)
    settle_in(office, reminded=3)
    kim = await office.signed_in("Kim", Role.MANAGER)
    await kim.get(EDIT)
    await send(kim, EDIT, "review", closes_date="2026-07-24")
    assert "3 people will be told" in words(kim)
    settle_in(office, reminded=1)
    assert (await send(kim, EDIT, "save")).status == 200
    assert "4 people will be told" in words(kim)
    assert "Things have changed since you looked" in words(kim)
    assert kinds(office) == ["created"]
    assert (await send(kim, EDIT, "save")).status == 303


async def test_two_who_edit_at_once_hear_of_each_other(small_office: Office) -> None:
    office = small_office
    keep(office)
    kim, lou = [await office.signed_in(name, Role.MANAGER) for name in ("Kim", "Lou")]
    for browser in (kim, lou):
        await browser.get(EDIT)
    await send(lou, EDIT, "review", title="Gardens for all")
    await send(lou, EDIT, "save")
    assert (await send(kim, EDIT, "review", summary="Green spaces.")).status == 409
    assert "Lou changed it" in words(kim)
    assert "Gardens together 2026 → is now Gardens for all" in words(kim)
    assert form_in(kim.page, EDIT)["summary"] == ["Green spaces."]
    assert kinds(office) == ["created", "changed"]
    await send(kim, EDIT, "review", title="Gardens for all")
    assert (await send(kim, EDIT, "save")).status == 303
    assert (found(office).title, found(office).summary) == ("Gardens for all", "Green spaces.")


async def test_going_back_keeps_what_was_typed(small_office: Office) -> None:
    keep(small_office)
    kim = await small_office.signed_in("Kim", Role.MANAGER)
    await kim.get(EDIT)
    typed = {"title": 'Gardens "&" <more>', "more_offsets": "5wd 36h", "c1-met": "In Sefton."}
    await send(kim, EDIT, "review", **typed)
    await send(kim, EDIT, "edit")
    fields = form_in(kim.page, EDIT)
    assert {name: fields[name] for name in typed} == {name: [it] for name, it in typed.items()}
    assert fields["c4-values"] == ["individual", "organisation"]


async def test_a_copy_is_a_year_later_with_the_same_criteria(small_office: Office) -> None:
    office = small_office
    keep(office, opens_at=local(2024, 2, 29))
    kim = await office.signed_in("Kim", Role.MANAGER)
    await kim.get(f"{NEW}?from={GARDENS.code}")
    fields = form_in(kim.page, NEW)
    assert fields["title"] == ["Gardens together 2026"]  # it opened in 2024
    assert fields["opens_date"] == ["2025-02-28"]
    keep(office)
    await kim.get(f"{NEW}?from={GARDENS.code}")
    assert (
        (await send(kim, NEW, "review"))
        .headers["Location"]
        .startswith("/staff/calls/gardens_2027?")
    )
    copy = found(office, "gardens_2027")
    assert (copy.title, copy.is_draft) == ("Gardens together 2027", True)
    assert (copy.opens_at, copy.closes_at) == (local(2027, 5, 11), local(2027, 7, 17, 17))
    assert copy.criteria == found(office).criteria
    assert copy.reminders == GARDENS.reminders


async def test_made_up_fields_change_nothing(small_office: Office) -> None:
    keep(small_office, is_draft=True)
    kim = await small_office.signed_in("Kim", Role.MANAGER)
    await kim.get(EDIT)
    odd = {
        "row": ["x", "1:9:one", "2::cats", "-1::one", "7::one:more"],
        "do": "add:",
        "version": "x",
    }
    assert (await send(kim, EDIT, "add:", **odd)).status == 200
    await kim.get(EDIT)
    was = {"c1-was": '{"fact": 1}', "c2-was": "[]", "c4-was": "not json"}
    assert (await send(kim, EDIT, "review", **was)).status == 303
    assert found(small_office).criteria == list(GARDENS.criteria)
    assert (await kim.get("/staff/calls/none/edit")).status == 404

"""Who is staff, in the browser: the list, invitations, roles, leaving, one's own page."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import chats, console_sessions, staff, staff_links
from storage.chats import ChatKey
from storage.models import AuditEntry, Message, OutboxRow, StaffLink, StaffMember
from storage.staff import Role
from storage.staff_links import Purpose, Standing
from tests.console.conftest import Browser, Office
from tests.console.test_leads import change, send


async def follow(browser: Browser, path: str, **fields: str) -> str:
    """Post the form, and see the page that it leads to."""
    response = await browser.post(path, **fields)
    assert response.status == 303, browser.page
    await browser.get(response.headers["Location"])
    return browser.page


def verbs(office: Office) -> list[tuple[str, str]]:
    with office.core.database.reading() as session:
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(it.verb, it.result) for it in found if not it.verb.startswith("sign_")]


def role_of(office: Office, member: StaffMember) -> str | None:
    with office.core.database.reading() as session:
        found = session.get_one(StaffMember, member.id)
        return None if found.left_at else found.role


@pytest.fixture
async def ada(office: Office) -> Browser:
    browser = await office.signed_in("Ada", Role.ADMIN)
    await browser.get("/staff/team")
    return browser


async def test_the_list_says_who_is_there_and_what_they_have(office: Office, ada: Browser) -> None:
    cal = office.hire("Cal", Role.CASEWORKER)
    lead = send(office, "LCR-AAAAA", "Ann Example")
    change(office, lead, assignee_id=cal.id)
    with office.core.database.transaction() as session:
        session.get_one(StaffMember, cal.id).invited_by = 1
    office.wait(timedelta(hours=3))
    await ada.get("/staff/team")
    row = ada.page.split(">Cal</a>")[1].split("</tr>")[0]
    assert "<td>caseworker</td>" in row
    assert "<td>not yet</td>" in row
    assert "<td>Ada</td>" in row
    assert re.search(r">1<span[^>]*> open leads of Cal", row)
    mine = ada.page.split("<tbody>")[1].split(">Ada</a>")[1].split("</tr>")[0]
    assert "Mon 1 Jun 2026" in mine  # seen, by her sign-in


async def test_an_invitation_is_shown_once_and_nothing_of_it_is_kept(
    office: Office, ada: Browser
) -> None:
    response = await ada.post("/staff/team/invite", role="caseworker")
    assert response.status == 200
    found = re.search(r"staff-([0-9a-f]{48})", ada.page)
    assert found is not None
    token = found[1]
    assert "shows it once" in ada.page
    await ada.get("/staff/team")
    assert token not in ada.page
    assert "For a caseworker, made by Ada" in ada.page
    with office.core.database.reading() as session:
        texts = [it.text or "" for it in session.scalars(select(Message))]
        assert not any(token in it for it in texts)
        assert not session.scalars(select(OutboxRow).where(OutboxRow.state == "waiting")).all()
        standing, link = staff_links.find_link(
            session, token, Purpose.INVITE, now=office.clock.now()
        )
        assert standing is Standing.GOOD
        assert link is not None
        assert link.role == Role.CASEWORKER
    assert ("staff_invite", "done") in verbs(office)


async def test_an_invitation_is_taken_back(office: Office, ada: Browser) -> None:
    await ada.post("/staff/team/invite", role="viewer")
    found = re.search(r"staff-([0-9a-f]{48})", ada.page)
    revoke = re.search(r'action="(/staff/team/invitations/\d+/revoke)"', ada.page)
    assert found is not None
    assert revoke is not None
    page = await follow(ada, revoke[1])
    assert "The link is taken back" in page
    assert "Links nobody has used yet" not in page
    with office.core.database.reading() as session:
        standing, _ = staff_links.find_link(
            session, found[1], Purpose.INVITE, now=office.clock.now()
        )
        assert standing is Standing.EXPIRED
    assert ("staff_revoke", "done") in verbs(office)


async def test_a_manager_reaches_no_further_than_below_themselves(
    office: Office, ada: Browser
) -> None:
    await ada.post("/staff/team/invite", role="admin")
    link = re.search(r"/staff/team/invitations/(\d+)/revoke", ada.page)
    assert link is not None
    mia = await office.signed_in("Mia", Role.MANAGER)
    await mia.get("/staff/team")
    assert "invitations/" not in mia.page  # it is there, and not hers to take back
    assert (await mia.post(f"/staff/team/invitations/{link[1]}/revoke")).status == 404
    assert 'value="manager"' not in mia.page
    page = await follow(mia, "/staff/team/invite", role="admin")
    assert "reach that far" in page
    assert "shows it once" not in page
    other = office.hire("Max", Role.MANAGER)
    await mia.get(f"/staff/team/{other.id}")
    assert "Change their role" not in mia.page
    await follow(mia, f"/staff/team/{other.id}/role", role="viewer")
    assert role_of(office, other) == "manager"
    with office.core.database.reading() as session:
        assert (
            len(session.scalars(select(StaffLink).where(StaffLink.purpose == "invite")).all()) == 1
        )


async def test_a_role_is_changed(office: Office, ada: Browser) -> None:
    cal = office.hire("Cal", Role.CASEWORKER)
    page = await follow(ada, f"/staff/team/{cal.id}/role", role="viewer")
    assert "is now viewer" in page
    assert role_of(office, cal) == "viewer"
    assert ("staff_role", "done") in verbs(office)
    assert (await ada.post(f"/staff/team/{cal.id}/role", role="king")).status == 400


async def test_who_is_taken_off_is_asked_about_and_their_leads_are_free(
    office: Office, ada: Browser
) -> None:
    cal = office.hire("Cal", Role.CASEWORKER)
    theirs = await office.signed_in("Cal", Role.CASEWORKER)
    change(office, send(office, "LCR-AAAAA", "Ann Example"), assignee_id=cal.id, status="claimed")
    await ada.get(f"/staff/team/{cal.id}")
    assert "Their 1 open lead becomes free" in ada.page
    page = await follow(ada, f"/staff/team/{cal.id}/remove")
    assert role_of(office, cal) == "caseworker"  # only asked
    buttons = re.findall(r'name="token" value="([^"]+)">([^<]+)<', page)
    yes = next(token for token, label in buttons if label.startswith("Yes"))
    response = await ada.post(f"/staff/team/{cal.id}/press", token=yes)
    await ada.get(response.headers["Location"])
    assert "LCR-AAAAA" in ada.page
    assert role_of(office, cal) is None
    assert (await theirs.get("/staff/leads")).status == 303  # signed out at once
    await ada.get("/staff/leads?words=LCR-AAAAA")
    assert "nobody" in ada.page


async def test_the_last_admin_stays(office: Office, ada: Browser) -> None:
    with office.core.database.reading() as session:
        me = staff.find_member(session, channel="telegram", external_id="Ada")
        assert me is not None
    page = await follow(ada, f"/staff/team/{me.id}/role", role="viewer")
    assert "only admin" in page
    assert role_of(office, me) == "admin"


async def test_an_admin_signs_somebody_out_everywhere(office: Office, ada: Browser) -> None:
    theirs = await office.signed_in("Cal", Role.CASEWORKER)
    cal = office.hire("Cal", Role.CASEWORKER)
    await follow(ada, f"/staff/team/{cal.id}/sign-out")
    assert (await theirs.get("/staff/leads")).status == 303
    with office.core.database.reading() as session:
        found = console_sessions.sessions_of(session, cal.id, now=office.clock.now())
        assert found == []
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.verb == "sign_member_out")
        ).one()
        assert (entry.who, entry.detail) == ("Ada", {"member": cal.id})


async def test_ones_own_page_sets_the_digest(office: Office) -> None:
    cal = await office.signed_in("Cal", Role.CASEWORKER)
    await cal.get("/staff/me")
    assert "has no chat with you yet" in cal.page
    with office.core.database.transaction() as session:
        key = ChatKey("telegram", "Cal", "private", "Cal")
        chats.chat_id_for(session, key, now=office.clock.now())
    await follow(cal, "/staff/me/digest", wanted="yes", at="07:45")
    assert 'value="07:45"' in cal.page
    member = office.hire("Cal", Role.CASEWORKER)
    assert member.digest_at == "07:45"
    await follow(cal, "/staff/me/digest", at="07:45")
    assert office.hire("Cal", Role.CASEWORKER).digest_at is None


async def test_who_is_not_on_the_list_has_no_page(office: Office, ada: Browser) -> None:
    assert (await ada.get("/staff/team/99999")).status == 404


async def test_the_trail_is_filtered_by_member_verb_lead_and_day(
    office: Office, ada: Browser
) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    cal = await office.signed_in("Cal", Role.CASEWORKER)
    await cal.get("/staff/leads/LCR-AAAAA")
    await follow(cal, "/staff/leads/LCR-AAAAA/do", verb="note", words="rang her")
    office.wait(timedelta(days=1))
    vic = await office.signed_in("Vic", Role.VIEWER)
    await vic.get("/staff/leads/LCR-AAAAA")
    await vic.post("/staff/leads/LCR-AAAAA/do", verb="note", words="hello")
    ada = await office.signed_in("Ada", Role.ADMIN)

    async def rows(query: str) -> list[tuple[str, str]]:
        assert (await ada.get(f"/staff/audit?{query}")).status == 200
        body = ada.page.partition("<tbody>")[2].partition("</tbody>")[0]
        found = re.findall(r"<td[^>]*>[^<]*</td>\s*<td>([^<]*)</td>\s*<td>([^<]*)", body)
        return [(who, verb.strip()) for who, verb in found]

    assert await rows("verb=note") == [("Vic", "note"), ("Cal", "note")]
    assert await rows("lead=lcr-aaaaa&day=2026-06-01") == [("Cal", "note")]
    assert await rows("verb=note&refused=yes") == [("Vic", "note")]
    who = office.hire("Cal", Role.CASEWORKER).id
    assert await rows(f"who={who}") == [("Cal", "note"), ("Cal", "sign in")]
    assert await rows("verb=none") == []
    for strange in ("who=x", "day=yesterday", "day=9999-12-31", "before=-1", "lead=%00"):
        assert (await ada.get(f"/staff/audit?{strange}")).status == 200


async def test_the_trail_goes_back_page_by_page(office: Office, ada: Browser) -> None:
    with office.core.database.transaction() as session:
        session.add_all(
            AuditEntry(at=office.clock.now(), verb="note", result="done", who=f"Number {it}")
            for it in range(150)
        )
    await ada.get("/staff/audit?verb=note")
    older = re.search(r'href="(\?[^"]*before=\d+)"', ada.page)
    assert older is not None
    first = set(re.findall(r"Number \d+", ada.page))
    await ada.get("/staff/audit" + older[1].replace("&amp;", "&"))
    second = set(re.findall(r"Number \d+", ada.page))
    assert len(first | second) == 150
    assert not first & second


async def test_the_table_for_admins_runs_no_formula(office: Office, ada: Browser) -> None:
    with office.core.database.transaction() as session:
        session.add(
            AuditEntry(at=office.clock.now(), verb="note", result="done", who='=HYPERLINK("x")')
        )
    mia = await office.signed_in("Mia", Role.MANAGER)
    await mia.get("/staff/audit")
    assert (await mia.post("/staff/audit/export")).status == 403
    await ada.get("/staff/audit")
    response = await ada.post("/staff/audit/export?verb=note")
    assert response.content_type == "text/csv"
    lines = ada.page.splitlines()
    assert lines[0] == "when,who,what,result,lead,more"
    assert len(lines) == 2
    assert "\"'=HYPERLINK(" in lines[1]
    assert ("audit_export", "done") in verbs(office)

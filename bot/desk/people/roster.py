"""How people of the staff are named, listed and chosen."""

import re
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.labels import lines
from actions.times.instants import in_words
from bot.desk.access import may_change
from bot.desk.moment import Moment
from bot.pipeline.wording import Wording
from dialogues.exchange import Button, Reply
from dialogues.programme import Programme
from storage import chats, staff
from storage.models import StaffChat, StaffMember
from storage.staff import Role

_MOST_BUTTONS = 40  # people; all are in the list, and have a number


class Roster:
    """Words the list of the staff and what can be done with each of them."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._programme = programme

    def reply(self, response: str, buttons: tuple[Button, ...] = (), /, **values: Any) -> Reply:
        """A response with these buttons."""
        text = str(self._wording.say(response, values))
        return Reply(text, buttons, response=response)

    def button(self, name: str, payload: str, /, **values: Any) -> Button:
        """A choice."""
        label = self._wording.say(f"staff_button_{name}", values)
        return Button(str(label.unescape()), payload=payload)

    def link(self, name: str, address: str) -> Button:
        """A button that opens this."""
        return Button(str(self._wording.say(f"staff_button_{name}", {}).unescape()), url=address)

    def role_words(self, role: str | None) -> Markup:
        """What a role is called."""
        return self._wording.say(f"staff_role_{role}", {}) if role else Markup("")

    def everybody(self, moment: Moment) -> Reply:
        """All of them, where leads arrive and how that goes."""
        found = staff.staff_of(moment.session, channel=moment.member.channel)
        others = [it for it in found if may_manage(moment, it)][:_MOST_BUTTONS]
        buttons = [self.button("person", f"/staff(member={it.id})", name=it.name) for it in others]
        if moment.role.includes(Role.MANAGER):
            buttons.append(self.button("invite", "/staff_invite"))
        desk = staff.staff_chat(moment.session, moment.desk_id) if moment.desk_id else None
        if desk is not None and moment.role is Role.ADMIN:
            name = "closed" if desk.open_role else "open"
            buttons.append(self.button(name, f"/staff_{name}"))
        return self.reply(
            "staff_people_list",
            tuple(buttons),
            lines=lines(self._line(it) for it in found),
            desk=self.desk_words(moment.session, desk, moment),
        )

    def _line(self, member: StaffMember) -> Markup:
        name = "staff_people_line" if member.role else "staff_people_line_in_chat"
        values = {
            "number": member.id,
            "name": member.name,
            "role": self.role_words(member.role),
        }
        return self._wording.say(name, values)

    def desk_words(self, session: Session, desk: StaffChat | None, moment: Moment) -> Markup:
        """Where leads arrive, who may work there, and whether posts get there."""
        say = self._wording.say
        if desk is None:
            return say("staff_desk_none", {})
        name = {"chat": chats.get_chat(session, desk.chat_id).name}
        said = [
            say("staff_desk_forum" if desk.is_forum else "staff_desk_group", name),
            say("staff_desk_open" if desk.open_role else "staff_desk_closed", {}),
        ]
        if desk.troubled_at is not None and self._wording.knows(f"staff_desk_{desk.trouble}"):
            since = in_words(desk.troubled_at, moment.now, self._programme.zone)
            said.append(say(f"staff_desk_{desk.trouble}", {"since": since}))
        return lines(said)

    def person(self, moment: Moment, member: StaffMember, *, open_leads: int) -> Reply:
        """One of them, and what may be done."""
        return self.reply(
            "staff_people_person",
            self._choices(moment, member),
            name=member.name,
            number=member.id,
            role=self.role_words(member.role),
            since=in_words(member.created_at, moment.now, self._programme.zone),
            open_leads=open_leads,
        )

    def roles_to_give(self, moment: Moment) -> list[Role]:
        """Those that whoever asks may give to others."""
        return [it for it in Role if may_change(moment.role, it)]

    def _choices(self, moment: Moment, member: StaffMember) -> tuple[Button, ...]:
        if not may_manage(moment, member):
            return ()
        given = [
            self.button(
                "role",
                f"/staff_role(member={member.id}, role={it})",
                role=self.role_words(it),
            )
            for it in self.roles_to_give(moment)
            if it != member.role
        ]
        remove = self.button("remove", f"/staff_remove(member={member.id})", name=member.name)
        return (*given, remove)


def may_manage(moment: Moment, member: StaffMember) -> bool:
    """Whether whoever asks may change the role of this one, or take them off the list."""
    if not moment.role.includes(Role.MANAGER):
        return False
    is_other = member.id != moment.member.id
    return is_other and may_change(moment.role, Role(member.role) if member.role else None)


def meant(moment: Moment, words: str) -> StaffMember | None:
    """Whom a number says, in a command or on a button; only somebody who is staff now."""
    number = number_in(words)
    member = staff.get_member(moment.session, number) if number is not None else None
    is_ours = member is not None and member.channel == moment.member.channel
    return member if member is not None and is_ours and member.left_at is None else None


def number_in(words: str) -> int | None:
    """The number that is named, in a command or on a button."""
    found = re.search(r"\d{1,15}", words)
    return int(found[0]) if found else None


def role_in(words: str) -> Role | None:
    """The role that is named, in a command or on a button."""
    said = set(re.findall(r"[a-z]+", words.lower()))
    return next((it for it in Role if it in said), None)

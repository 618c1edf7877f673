"""How to reach somebody: telephone numbers as E.164, e-mail addresses in one form."""

import re
from collections.abc import Iterator
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberFormat
from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context

# Numbers that the British regulator keeps free for drama: a trial with them rings nobody.
_DRAMA = re.compile(r"\+44(?:7700900|1632960)\d{3}")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")


def phone_number(text: str, country: str) -> str | None:
    """The first telephone number in the text as E.164, or None. A number without a country's prefix
    is taken to be of `country` (ISO 3166)."""
    return next((written for written, _match in phone_numbers(text, country)), None)


def phone_numbers(text: str, country: str) -> Iterator[tuple[str, phonenumbers.PhoneNumberMatch]]:
    """All telephone numbers in the text as E.164, and where they stand."""
    matcher = phonenumbers.PhoneNumberMatcher(
        text, country, leniency=phonenumbers.Leniency.POSSIBLE
    )
    for match in matcher:
        written = phonenumbers.format_number(match.number, PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(match.number) or _DRAMA.fullmatch(written):
            yield written, match


def email_address(text: str) -> str | None:
    """The first e-mail address in the text, its domain in lower case, or None."""
    found = _EMAIL.search(text.replace("mailto:", ""))
    if found is None or ".." in found[0]:
        return None
    name, _, domain = found[0].rpartition("@")
    return f"{name}@{domain.lower()}"


class ValidateLeadPhone(BoundAction):
    """The number to ring about a lead, as E.164."""

    called = "validate_lead_phone"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `lead_phone`, or empties it and says what is wanted."""
        phone = _shared_or_written(self.context, tracker.get_slot("lead_phone"))
        return _validated(dispatcher, "lead_phone", phone)


class ValidateRingPhone(BoundAction):
    """The number to ring, and nothing else, as E.164."""

    called = "validate_ring_phone"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `ring_phone`, or empties it and says what is wanted."""
        phone = _shared_or_written(self.context, tracker.get_slot("ring_phone"))
        return _validated(dispatcher, "ring_phone", phone)


class ValidateLeadEmail(BoundAction):
    """The address to write to about a lead."""

    called = "validate_lead_email"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `lead_email`, or empties it and says what is wanted."""
        email = email_address(tracker.get_slot("lead_email") or "")
        return _validated(dispatcher, "lead_email", email)


def _shared_or_written(context: Context, words: str | None) -> str | None:
    """The number in the words, else in a contact card, where a plus may be missing."""
    shared = [item.phone for item in context.incoming.attachments if item.phone]
    candidates = [words or "", *shared, *(f"+{phone}" for phone in shared)]
    found = (phone_number(candidate, context.programme.country) for candidate in candidates)
    return next((phone for phone in found if phone), None)


def _validated(dispatcher: Any, slot: str, contact: str | None) -> list[dict[str, Any]]:
    if contact is None:
        dispatcher.utter_message(response=f"utter_invalid_{slot}")
    return [SlotSet(slot, contact)]


def contact_way(contact: str | None) -> str:
    """Which of the three a contact is: telegram, phone or email."""
    if contact is None or contact == "telegram":
        return "telegram"
    return "email" if "@" in contact else "phone"

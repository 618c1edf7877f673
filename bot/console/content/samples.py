"""What stands for a name in a preview: something that might well be filled in there."""

from html import escape

from markupsafe import Markup

from dialogues.model import Content

# Plainly made-up people, places and days.
_EXAMPLES = {
    "reference": "LCR-EXMPL",
    "sent_reference": "LCR-EXMPL",
    "references": "LCR-EXMPL, LCR-SAMPL",
    "who": "Ann Example",
    "name": "Ann Example",
    "names": "Ann Example and Bo Sample",
    "contact_name": "Ann Example",
    "staff_name": "Kim",
    "group": "The Example Gardeners",
    "chat": "The example team",
    "title": "A garden behind the example hall",
    "call_title": "Greener Streets (example)",
    "call_titles": "Greener Streets (example)",
    "call_code": "example",
    "deadline": "Friday 12 June at 17:00",
    "when": "on Friday at 10:00",
    "until": "Monday 8 June at 12:00",
    "since": "Monday at 9:00",
    "times": "10:00 to 16:00",
    "time_left": "5 days",
    "question": "What would you like to change?",
    "answer": "A place where neighbours meet",
    "answered": "A place where neighbours meet",
    "words": "Could you ring me tomorrow?",
    "said": "Could you ring me tomorrow?",
    "text": "Could you ring me tomorrow?",
    "summary": "A shared garden, looked after by neighbours.",
    "lines": "• one example\n• another example",
    "questions": "• What will change?\n• Who will help?",
    "reasons": "• It is open to groups of three and more.",
    "link": "https://example.org/link",
    "phone": "0151 496 0000",
    "contact": "0151 496 0000",
    "email": "ann@example.org",
    "role": "caseworker",
    "count": "3",
    "number": "3",
    "check_progress": "3 of 9",
    "answers": "a CIC or social enterprise, Sefton",
    "place": "Sefton",
    "day": "Friday 12 June",
    "code": "3f9a1c2b7d",
    "version": "2",
    "minutes": "10",
}


def sample(content: Content, name: str) -> str:
    """As HTML. What nothing is known of stands as ‹its name›."""
    if name in content.constants:
        value = content.constants[name]
        return str(value) if isinstance(value, Markup) else escape(str(value))
    if name in _EXAMPLES:
        return escape(_EXAMPLES[name])
    labels = content.labels.get(name)
    if labels:
        return escape(next(iter(labels.values())))
    return escape(f"‹{name.removeprefix('context.').replace('_', ' ')}›")

"""What the channel allows: lengths, buttons, and HTML that closes what it opens."""

import re
from collections.abc import Iterator
from pathlib import Path

from dialogues.checks.uses import Use
from dialogues.findings import Finding, did_you_mean
from dialogues.model import Choice, Content, Response, Variation
from dialogues.templates import Placeholder, Template

TEXT_LIMIT, CAPTION_LIMIT, COPY_LIMIT, LABEL_LIMIT, BUTTON_LIMIT = 4096, 1024, 256, 64, 100
TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a"}
    | {"blockquote", "tg-spoiler", "tg-time", "tg-emoji", "span"}
)

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+(?:=\"[^\"<>]*\")?)*)\s*>")
_ADDRESS = re.compile(r"https?://\S|tg://\S|tel:\S|mailto:\S")
_SOME_ADDRESS = "https://x"  # stands for one that is filled in when it is said
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)")


def check(content: Content) -> Iterator[Finding]:
    yield from _flow_names(content)
    for response in content.responses.values():
        for variation in response.variations:
            use = Use(f"response {response.name}", variation.where)
            yield from _variation(content, response, variation, use)


def _variation(
    content: Content, response: Response, variation: Variation, use: Use
) -> Iterator[Finding]:
    for template in (variation.text, *variation.translation.values()):
        yield from _messages(variation, template, use)
    says = variation.text.parts or variation.image or variation.document
    if response.name.startswith("utter_") and not says:
        yield use.finding("empty", "there is nothing to say", "add text, image or attachment")
    for picture in (variation.image, variation.document):
        yield from _picture(picture, variation, use)
    yield from _choices(variation, use)
    yield from _translations(content, variation, use)


def _messages(variation: Variation, template: Template, use: Use) -> Iterator[Finding]:
    """Each message on its own; the first stands under the picture, if there is one."""
    limit = CAPTION_LIMIT if variation.image or variation.document else TEXT_LIMIT
    for part in template.messages or (template,):
        text = written(part)
        if _visible_length(text) > limit:
            message = f"the text is longer than {limit} characters"
            yield use.finding("too-long", message, "split it into messages by a line ---")
        if template.messages and not part.parts:
            message = "a line --- has nothing before or after it"
            yield use.finding("empty", message, "take the line out")
        yield from (use.finding("html", fault, hint) for fault, hint in faults(text))
        limit = TEXT_LIMIT


def _picture(place: Template | None, variation: Variation, use: Use) -> Iterator[Finding]:
    """A picture or document is on the web, or a file beside the content."""
    if place is None or place.plain is None or "://" in place.plain:
        return
    folder = Path(variation.where.file).parent.parent
    if not (folder / place.plain).is_file():
        near = did_you_mean(place.plain, _pictures(folder))
        yield use.finding("no-file", f"there is no file {place.plain}", near)


def _pictures(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*.*") if path.suffix not in {".yml", ".py", ".pyc"})
    return [path.relative_to(folder).as_posix() for path in files]


def _choices(variation: Variation, use: Use) -> Iterator[Finding]:
    choices, seen = variation.choices, set[str]()
    if len(choices) > BUTTON_LIMIT:
        message = f"{len(choices)} buttons are more than {BUTTON_LIMIT}"
        yield use.finding("buttons", message, "ask in two steps, or let people type")
    shares_a_number = any(it.request_contact for it in choices)
    for choice in choices:
        here, title = Use(use.subject, choice.where), written(choice.title)
        if not choice.title.names and title in seen:
            message = f"two buttons are called {title!r}, so neither can be typed"
            yield here.finding("buttons", message, "give one of them another title")
        if shares_a_number and (choice.url or choice.copy_text):
            message = f"the button {title!r} does nothing beside one that shares a number"
            yield here.finding("buttons", message, "say it in a message of its own")
        seen.add(title)
        yield from _choice(choice, title, here)


def _choice(choice: Choice, title: str, use: Use) -> Iterator[Finding]:
    """A title that is nothing but values may come out empty: then the button is not shown."""
    titles = (title, *(written(it) for it in choice.translation.values()))
    for it in titles:
        if not (it.strip() or choice.title.names) or len(it) > LABEL_LIMIT:
            message = f"the button {it!r} needs 1 to {LABEL_LIMIT} characters, and has {len(it)}"
            yield use.finding("buttons", message, "put the explanation into the text")
    if choice.copy_text is not None and not _may_be_copied(choice.copy_text):
        yield use.finding("buttons", f"copy_text needs 1 to {COPY_LIMIT} characters")
    if choice.url is not None and not _ADDRESS.match(choice.url.plain or _SOME_ADDRESS):
        hint = "an address starts with https://, mailto: or tel:"
        yield use.finding("buttons", f"{choice.url.plain} is no address", hint)


def _may_be_copied(template: Template) -> bool:
    length = len(written(template))
    return length <= COPY_LIMIT and (length > 0 or bool(template.names))


def _translations(content: Content, variation: Variation, use: Use) -> Iterator[Finding]:
    for language in content.programme.languages[1:]:
        if variation.text.parts and language not in variation.translation:
            message = f"the text is not translated into {language}"
            yield use.finding("translation", message, f"add translation: {{{language}: …}}")
        for choice in variation.choices:
            if language not in choice.translation:
                message = f"the button {written(choice.title)!r} is not translated into {language}"
                hint = f"add translation: {{{language}: {{title: …}}}}"
                yield Use(use.subject, choice.where).finding("translation", message, hint)


def _flow_names(content: Content) -> Iterator[Finding]:
    """Residents see them: "back to joining the garden"."""
    for flow in content.flows.values():
        for language in content.programme.languages[1:]:
            if not flow.is_pattern and language not in flow.titles:
                message = f"the name {flow.title!r} is not translated into {language}"
                hint = f"add translation: {{{language}: {{name: …}}}}"
                yield Use(f"flow {flow.name}", flow.where).finding("translation", message, hint)


def written(template: Template) -> str:
    """The text with its placeholders left empty."""
    return "".join("" if isinstance(part, Placeholder) else part for part in template.parts)


def _visible_length(text: str) -> int:
    """The channel counts what is seen, in UTF-16 units."""
    return len(_TAG.sub("", text).encode("utf-16-le")) // 2


def faults(text: str) -> Iterator[tuple[str, str]]:
    """What the channel would refuse in a text, each with the likely fix."""
    open_tags: list[str] = []
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if name not in TAGS:
            yield f"<{name}> is not among the tags that may be used", "<b> or <i> may do"
        elif not match[1]:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            yield f"</{name}> closes what is not open", "close what was opened last first"
    for name in open_tags:
        yield f"<{name}> is not closed", f"add </{name}> in the same message"
    rest = _TAG.sub("", text)
    if "<" in rest or ">" in rest:
        yield "a < or > that is no tag", "write &lt; for < and &gt; for >"
    if _ENTITY.search(rest):
        yield "an & that stands alone", "write &amp; for &"

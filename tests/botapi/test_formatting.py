"""HTML as Telegram parses it, and refuses it."""

from html import escape

import pytest
from hypothesis import given, strategies
from telegram import Bot, MessageEntity
from telegram.constants import ParseMode
from telegram.error import BadRequest

from tests.botapi import BotApi, Person
from tests.botapi.conftest import refused
from tests.botapi.entities import cut
from tests.botapi.formatting import parse_html


async def entities(bot: Bot, ann: Person, html: str) -> list[tuple[str, str]]:
    sent = await bot.send_message(ann.id, html, parse_mode=ParseMode.HTML)
    return [(str(kind.type), words) for kind, words in sent.parse_entities().items()]


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<strong>x</strong>", "bold"),
        ("<i>x</i>", "italic"),
        ("<em>x</em>", "italic"),
        ("<u>x</u>", "underline"),
        ("<ins>x</ins>", "underline"),
        ("<s>x</s>", "strikethrough"),
        ("<strike>x</strike>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ('<a href="https://example.org">x</a>', "text_link"),
        ('<a href="tg://user?id=5">x</a>', "text_mention"),
        ('<tg-emoji emoji-id="5368324170671202286">x</tg-emoji>', "custom_emoji"),
        ("<B>x</B>", "bold"),
        ("<a href=example.org>x</a>", "text_link"),
        ("<b >x</b >", "bold"),
    ],
)
async def test_supported_tags(bot: Bot, ann: Person, html: str, kind: str) -> None:
    assert await entities(bot, ann, html) == [(kind, "x")]


async def test_offsets_count_utf16_units(bot: Bot, ann: Person) -> None:
    assert await entities(bot, ann, "🎉🎉 <b>you &amp; <i>me</i></b>") == [
        ("bold", "you & me"),
        ("italic", "me"),
    ]


async def test_time_with_an_empty_format_shows_the_words_written(bot: Bot, ann: Person) -> None:
    html = '<tg-time unix="1700000000">5pm UK time</tg-time>'
    sent = await bot.send_message(ann.id, html, parse_mode=ParseMode.HTML)
    (entity,) = sent.entities
    assert entity.type == MessageEntity.DATE_TIME
    assert entity.unix_time.timestamp() == 1_700_000_000
    assert not entity.date_time_format


async def test_pre_takes_the_language_of_its_code(bot: Bot, ann: Person) -> None:
    html = '<pre><code class="language-python">x = 1</code></pre>'
    sent = await bot.send_message(ann.id, html, parse_mode=ParseMode.HTML)
    assert [(each.type, each.language) for each in sent.entities] == [("pre", "python")]


async def test_nothing_is_marked_inside_code(bot: Bot, ann: Person) -> None:
    assert await entities(bot, ann, "<code>a <b>b</b> /c</code>") == [("code", "a b /c")]


async def test_a_link_keeps_its_address(bot: Bot, ann: Person) -> None:
    html = '<a href="https://example.org/?a=1&amp;b=2">x</a> <a>https://example.org</a>'
    sent = await bot.send_message(ann.id, html, parse_mode=ParseMode.HTML)
    urls = [each.url for each in sent.entities]
    assert urls == ["https://example.org/?a=1&b=2", "https://example.org/"]


async def test_a_link_that_is_none_is_dropped(bot: Bot, ann: Person) -> None:
    assert await entities(bot, ann, '<a href="nowhere">x</a>') == []


async def test_white_space_around_is_cut_and_entities_move(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "\n  <b>x</b> \n", parse_mode=ParseMode.HTML)
    assert sent.text == "x"
    assert sent.entities[0].offset == 0


async def test_commands_links_and_mentions_are_found(bot: Bot, ann: Person) -> None:
    text = "see /help or https://example.org/a?b=c. Or @someone, mail a.b@example.org #idea"
    assert await entities(bot, ann, text) == [
        ("bot_command", "/help"),
        ("url", "https://example.org/a?b=c"),
        ("mention", "@someone"),
        ("email", "a.b@example.org"),
        ("hashtag", "#idea"),
    ]


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("a<br>b", 'Unsupported start tag "br" at byte offset 1'),
        ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("<b>x", "Can't find end tag corresponding to start tag b"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a"'),
        ('<a href="x>y</a>', "Unclosed start tag"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a"'),
        ("<a href=x/y>z</a>", "Unexpected end of name token"),
        ("<a ", "Unclosed start tag"),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ('<tg-time unix="soon">x</tg-time>', "Invalid date-time timestamp specified"),
        ('<tg-time unix="1" format="x">x</tg-time>', "Invalid date-time format specified"),
        ("&#xd800;", "Text contains invalid Unicode characters"),
    ],
)
async def test_what_does_not_parse(
    api: BotApi, bot: Bot, ann: Person, html: str, complaint: str
) -> None:
    with pytest.raises(BadRequest) as refusal:
        await bot.send_message(ann.id, html, parse_mode=ParseMode.HTML)
    assert refusal.value.message.lower().startswith(f"can't parse entities: {complaint}".lower())
    assert len(api.violations) == 1


async def test_unknown_references_stay_as_written(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "a &nbsp; b & c &#163;", parse_mode=ParseMode.HTML)
    assert sent.text == "a &nbsp; b & c £"


async def test_entities_may_be_given_instead(bot: Bot, ann: Person) -> None:
    given = [MessageEntity(MessageEntity.BOLD, 0, 2)]
    sent = await bot.send_message(ann.id, "<b>", entities=given)
    assert (sent.text, sent.entities[0].length) == ("<b>", 2)


async def test_an_entity_must_lie_inside_the_text(bot: Bot, ann: Person) -> None:
    with refused("beyond the end"):
        await bot.send_message(ann.id, "x", entities=[MessageEntity(MessageEntity.BOLD, 0, 2)])


async def test_other_parse_modes_are_refused(bot: Bot, ann: Person) -> None:
    with refused("unsupported parse_mode"):
        await bot.send_message(ann.id, "*x*", parse_mode="wiki")


async def test_text_has_room_for_4096_units_after_parsing(bot: Bot, ann: Person) -> None:
    fits = "<b>" + "🎉" * 2048 + "</b>"
    await bot.send_message(ann.id, fits, parse_mode=ParseMode.HTML)
    with refused("message is too long"):
        await bot.send_message(ann.id, fits + "!", parse_mode=ParseMode.HTML)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "text is empty"),
        (" \n", "must be non-empty"),
        ("<b></b>", "must be non-empty"),
    ],
)
async def test_text_must_say_something(bot: Bot, ann: Person, text: str, complaint: str) -> None:
    with refused(complaint):
        await bot.send_message(ann.id, text, parse_mode=ParseMode.HTML)


@given(strategies.text())
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    assert parse_html(escape(text)) == (text, [])


@given(strategies.text(min_size=1), strategies.text())
def test_offsets_fit_the_words_they_cover(marked: str, before: str) -> None:
    text, entities = parse_html(f"{escape(before)}<b>{escape(marked)}</b>")
    assert [cut(text, entity) for entity in entities] == [marked]

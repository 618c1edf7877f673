"""What the bot wrote reaches a page as it was meant, and nothing else does."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.markup import is_safe_link, plain, to_page

ALLOWED = {
    "b": set(),
    "i": set(),
    "u": set(),
    "s": set(),
    "code": set(),
    "pre": set(),
    "blockquote": set(),
    "a": {"href", "target", "rel", "data-command"},
    "span": {"class", "tabindex"},
    "time": {"datetime"},
}


class Reader(HTMLParser):
    """Notes every tag and attribute, and whether they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<b>Hello</b>, <i>Ann</i>", "<b>Hello</b>, <i>Ann</i>"),
        (
            "<strong>a</strong><em>b</em><ins>c</ins><del>d</del>",
            "<b>a</b><i>b</i><u>c</u><s>d</s>",
        ),
        ("one\ntwo<br>three<br/>four", "one\ntwo\nthree\nfour"),
        ("1 &lt; 2 &amp; 3", "1 &lt; 2 &amp; 3"),
        ("1 < 2", "1 &lt; 2"),
        ("<b>left <i>open", "<b>left <i>open</i></b>"),
        ("<b>crossed <i>over</b> here</i>", "<b>crossed <i>over</i></b> here"),
        ('<tg-time unix="0">then</tg-time>', '<time datetime="1970-01-01T00:00:00Z">then</time>'),
        ('<tg-time unix="x">then</tg-time>', "then"),
        ('<tg-time unix="99999999999999">then</tg-time>', "then"),
        ("<tg-spoiler>boo</tg-spoiler>", '<span class="spoiler" tabindex="0">boo</span>'),
        ('<span class="tg-spoiler">boo</span>', '<span class="spoiler" tabindex="0">boo</span>'),
        ('<span class="other">boo</span>', "boo"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<script>alert(1)", "alert(1)"),
        ('<img src=x onerror="alert(1)">', ""),
        ('<b onclick="alert(1)">x</b>', "<b>x</b>"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ('<a href=" JaVaScRiPt:alert(1)">x</a>', "x"),
        ("<a>x</a>", "x"),
        ("<!-- no --><![CDATA[no]]><?no?><!doctype no>yes", "yes"),
    ],
)
def test_the_subset_is_kept_and_the_rest_is_dropped(written: str, shown: str) -> None:
    assert to_page(written) == shown


def test_a_link_opens_without_giving_anything_away() -> None:
    page = to_page('<a href="https://example.org/?a=1&amp;b=2">x</a>')
    assert 'href="https://example.org/?a=1&amp;b=2"' in page
    assert 'rel="noopener noreferrer"' in page


def test_known_commands_can_be_pressed() -> None:
    page = to_page("type /human, not /nothing or a/human", ["human"])
    assert page.count("data-command") == 1
    assert '<a href="#words" data-command="/human">/human</a>,' in page


def test_a_command_within_a_link_is_left_alone() -> None:
    assert "data-command" not in to_page('<a href="https://example.org">/human</a>', ["human"])


def test_plain_words_are_on_one_line() -> None:
    assert plain("<b>One</b>\n\ntwo &lt;3") == "One two <3"


tags = st.sampled_from(
    [*ALLOWED, "tg-time", "tg-spoiler", "script", "img", "svg", "style", "strong"]
)
pieces = st.one_of(
    st.text(),
    st.builds("<{}>".format, tags),
    st.builds("</{}>".format, tags),
    st.builds(
        '<{} {}="{}">'.format,
        tags,
        st.sampled_from(["href", "unix", "class", "onclick", "style", "src"]),
        st.one_of(st.text(), st.sampled_from(["javascript:x", "https://a.b/", "tg-spoiler", "12"])),
    ),
    st.sampled_from(
        ["<!--", "-->", "<![CDATA[", "]]>", "<", "&#60;", "&lt;script&gt;", "\0", "/human"]
    ),
)


@given(st.lists(pieces).map("".join))
@example("<script><b>")
@example("<textarea></b><plaintext>")
def test_nothing_outside_the_list_is_ever_written(written: str) -> None:
    page = str(to_page(written, ["human"]))
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    for tag, attributes in reader.tags:
        assert tag in ALLOWED
        assert set(attributes) <= ALLOWED[tag]
        if attributes.get("target"):
            assert is_safe_link(attributes.get("href") or "")


@given(st.text())
def test_escaped_words_come_out_as_they_went_in(words: str) -> None:
    import html  # noqa: PLC0415  # only here

    escaped = html.escape(words)
    shown = html.unescape(re.sub(r"<[^>]*>", "", str(to_page(escaped))))
    assert shown == html.unescape(escaped)


def test_what_is_marked_safe_already_is_escaped_no_second_time() -> None:
    assert to_page(Markup("<b>What's</b> on & off")) == to_page("<b>What's</b> on & off")

"""Who a page belongs to."""

import pytest

from bot.preview.viewer import NameRefusedError, title, viewer_of


def test_without_a_name_one_is_the_first_resident() -> None:
    viewer = viewer_of(None)
    assert (viewer.name, viewer.sender.name, viewer.chat.kind) == ("sam", "Sam", "private")


def test_a_name_is_the_chat_and_its_capitalised_form_the_person() -> None:
    viewer = viewer_of("mary-ann_2")
    assert viewer.chat.external_id == "mary-ann_2"
    assert viewer.sender.name == viewer.chat.name == "Mary ann 2"


def test_staff_write_in_one_chat_under_their_own_names() -> None:
    alex, robin = viewer_of("staff"), viewer_of("Staff", "robin")
    assert alex.chat == robin.chat
    assert (alex.sender.name, robin.sender.name) == ("Alex", "Robin")
    assert (alex.caseworker, robin.caseworker) == ("alex", "robin")
    assert alex.sender.external_id != robin.sender.external_id


def test_a_resident_is_no_caseworker() -> None:
    assert viewer_of("maria", "robin").caseworker == ""


@pytest.mark.parametrize("name", ["a b", "ü", "x" * 33, "../etc", "<b>", "a:b", "\n"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(NameRefusedError):
        viewer_of(name)
    with pytest.raises(NameRefusedError):
        viewer_of("staff", name)


@pytest.mark.parametrize(("name", "shown"), [("sam", "Sam"), ("-", "-"), ("mcCoy", "McCoy")])
def test_titles(name: str, shown: str) -> None:
    assert title(name) == shown


def test_in_a_group_one_writes_as_oneself() -> None:
    ann, bo = viewer_of("ann", group="our-garden"), viewer_of("bo", group="our-garden")
    assert ann.chat == bo.chat
    assert (ann.chat.kind, ann.chat.name, ann.group) == ("group", "Our garden", "our-garden")
    assert (ann.person, bo.sender.name) == ("ann", "Bo")
    assert (ann.is_group, viewer_of("ann").is_group, viewer_of("staff").is_group) == (True, 0, 0)
    with pytest.raises(NameRefusedError):
        viewer_of("ann", group="our garden")

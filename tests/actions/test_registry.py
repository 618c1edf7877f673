"""Actions run through rasa-sdk's executor, and what they return is held to the domain."""

from typing import Any

import pytest
from markupsafe import Markup

from actions import registry
from actions.context import BoundAction
from actions.registry import ACTIONS, ActionError, values_of
from tests.actions.conftest import DOMAIN, Stage


class Returning(BoundAction):
    called = "action_returning"
    events: list[Any] = []  # noqa: RUF012  # set by each test

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[Any]:
        dispatcher.utter_message(response="utter_it", when=Markup("<b>now</b>"))
        return self.events


@pytest.fixture
def returning(monkeypatch: pytest.MonkeyPatch) -> type[Returning]:
    monkeypatch.setattr(registry, "ACTIONS", {**ACTIONS, Returning.called: Returning})
    return Returning


def test_a_slot_is_read_from_the_events(stage: Stage, returning: type[Returning]) -> None:
    returning.events = [{"event": "slot", "name": "verdict", "value": "eligible"}]
    result = stage.run("action_returning")
    assert result.slots == {"verdict": "eligible"}
    assert not result.restart


def test_markup_stays_markup(stage: Stage, returning: type[Returning]) -> None:
    returning.events = []
    [response] = stage.run("action_returning").responses
    assert values_of(response) == {"when": Markup("<b>now</b>")}
    assert isinstance(response["when"], Markup)


def test_a_restart_is_told(stage: Stage, returning: type[Returning]) -> None:
    returning.events = [{"event": "restart"}]
    assert stage.run("action_returning").restart


def test_what_is_set_after_a_restart_is_known_then(
    stage: Stage, returning: type[Returning]
) -> None:
    before, after = (
        {"event": "slot", "name": name, "value": True} for name in ("link_opened", "introduced")
    )
    returning.events = [before, {"event": "restart"}, after]
    result = stage.run("action_returning")
    assert result.slots == {"link_opened": True, "introduced": True}
    assert result.kept == {"introduced": True}


@pytest.mark.parametrize(
    "event",
    [
        "slot",
        {"name": "verdict", "value": "eligible"},
        {"event": "followup", "name": "action_x"},
        {"event": "slot", "name": "no_such_slot", "value": 1},
    ],
)
def test_what_the_dialogue_cannot_take_is_refused(
    stage: Stage, returning: type[Returning], event: Any
) -> None:
    returning.events = [event]
    with pytest.raises(ActionError):
        stage.run("action_returning")


def test_an_unknown_action_is_refused(stage: Stage) -> None:
    with pytest.raises(ActionError, match="action_nothing"):
        stage.run("action_nothing")


def test_every_action_is_registered_under_its_own_name() -> None:
    assert all(name == action.called for name, action in ACTIONS.items())


def test_the_domain_names_the_same_actions() -> None:
    assert sorted(DOMAIN["actions"]) == sorted(ACTIONS)

"""All actions by name, and the one way to run one: rasa-sdk's executor, in this process."""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.calls.calendar_files import AskCalendarCall, SendCalendar, ValidateCalendarCall
from actions.calls.calls import ListCalls
from actions.calls.open_calls import TellOfferings, TellOpenCalls
from actions.contacts import ValidateLeadEmail, ValidateLeadPhone, ValidateRingPhone
from actions.context import BoundAction, Context
from actions.desk import desk_words, staff_words, talks
from actions.desk.handoff import FlagCrisis, FlagStuck, HandOff, PassAnswerOn
from actions.eligibility.assigning import AskAssignMember, AskAssignQuestion, AssignQuestion
from actions.eligibility.checking import AskStillRight, ConfirmAnswers, NextQuestion, RecallAnswers
from actions.eligibility.eligibility import AskNextStep, AskWhyCall, ExplainVerdict, JudgeCalls
from actions.events import LEFT_OPEN
from actions.groups import applying, posts, room_words
from actions.groups.applying import SeeSender
from actions.groups.assigned import DeclineAssigned, OpenAssigned, TakeAssigned
from actions.groups.beginning import BeginGroup
from actions.groups.choosing import OpenGroupLink, ShowGroups, SpeakFor
from actions.groups.following import follow_told
from actions.groups.handing_over import AskHandTo, DeclineContact, OfferContact, TakeContact
from actions.groups.inviting import RenewInvite, ShowInvite
from actions.groups.joining import AskJoinName, JoinGroup, OpenInvite
from actions.groups.leaving import AskLeaveWords, LeaveGroup
from actions.groups.looking import ShowGroupPage
from actions.groups.sides import KeepSide
from actions.groups.staff_writing import KeepGroupStaff, RecallGroupStaff
from actions.groups.two_agreeing import KeepTwoAgree, RecallTwoAgree
from actions.ideas import attachments, idea_pages, sharing
from actions.ideas.idea_answers import (
    AskPart,
    AskVersion,
    ClearAnswer,
    PutBack,
    ShowAnswer,
    WantPart,
)
from actions.ideas.idea_list import AskAway, AskIdea, PutIdeaAway, SwitchIdea
from actions.ideas.ideas import KeepAttachment, KeepPlace, SaveIdea, ShowIdea
from actions.ideas.pages import MakePage
from actions.ideas.shaping import NextIdeaQuestion, OpenIdea, ShowDrafts, TakeDrafts
from actions.ideas.sharing import LookAtShare, ShareIdea, StopSharing
from actions.leads import card_notes, cards, decision_words, qualification, reached, signing
from actions.leads.change_sending import (
    AskChangeConfirmed,
    ChangeAnswersAgain,
    SendChanges,
    ShowChanges,
)
from actions.leads.changes import AskChangeAnswer, KeepChange, NextChange, OpenChanges
from actions.leads.lead_calls import AskLeadCall, FindLeadCall, TakeLeadCall, ValidateLeadCall
from actions.leads.leads import SendCallback, SendLead, ShowLeadSummary
from actions.leads.receipts import ShowSent
from actions.leads.sign_off_answers import AgreeSignOff, OpenSignOff, ReturnSignOff
from actions.leads.status import ShowStatus
from actions.leads.withdrawing import (
    AskSentReference,
    CheckWithdrawal,
    FindSent,
    ValidateSentReference,
    Withdraw,
)
from actions.learning.learning_choice import AllowLearning, StopLearning
from actions.links import OpenLink
from actions.matching import alike, others
from actions.matching.introductions import (
    AnswerIntroduction,
    AskForIntroduction,
    AskIntroductionShare,
    CheckIntroduction,
    RecallSent,
    WithdrawIntroduction,
)
from actions.matching.matching import (
    AgreeMatching,
    LookForOthers,
    RecallMatching,
    StopMatching,
    WatchForOthers,
)
from actions.matching.neighbours import keep_up_changed
from actions.members import told
from actions.members.people import AskRoleMember, GiveRole, ShowPeople
from actions.privacy import Forget, ShowMyData
from actions.reminders import broadcast_words, news_words, reminding
from actions.reminders.continuing import FindGap
from actions.reminders.group_reminding import RemindMeToo
from actions.reminders.interests import KeepInterest, StopInterests
from actions.reminders.reminder_wishes import (
    AskWishOften,
    AskWishTime,
    HearWishes,
    KeepWishes,
    ValidateWishOften,
    ValidateWishTime,
)
from actions.reminders.reminders import (
    AskRemindCall,
    ShowReminders,
    StopReminders,
    Subscribe,
    ValidateRemindCall,
)
from storage import ideas

_CLASSES: tuple[type[BoundAction], ...] = (
    AgreeMatching,
    AgreeSignOff,
    AnswerIntroduction,
    AskAssignMember,
    AskAssignQuestion,
    AskAway,
    AskCalendarCall,
    AskChangeAnswer,
    AskChangeConfirmed,
    AskForIntroduction,
    AskHandTo,
    AskIdea,
    AskIntroductionShare,
    AskJoinName,
    AskLeadCall,
    AskLeaveWords,
    AskNextStep,
    AskPart,
    AskRemindCall,
    AskRoleMember,
    AskSentReference,
    AskStillRight,
    AskVersion,
    AskWhyCall,
    AskWishOften,
    AskWishTime,
    AssignQuestion,
    BeginGroup,
    ChangeAnswersAgain,
    CheckIntroduction,
    CheckWithdrawal,
    ClearAnswer,
    ConfirmAnswers,
    DeclineAssigned,
    DeclineContact,
    ExplainVerdict,
    FindGap,
    FindLeadCall,
    FindSent,
    FlagCrisis,
    FlagStuck,
    Forget,
    StopLearning,
    AllowLearning,
    GiveRole,
    HandOff,
    HearWishes,
    JoinGroup,
    JudgeCalls,
    KeepAttachment,
    KeepChange,
    KeepGroupStaff,
    KeepInterest,
    KeepPlace,
    KeepSide,
    KeepTwoAgree,
    KeepWishes,
    LeaveGroup,
    ListCalls,
    LookAtShare,
    LookForOthers,
    MakePage,
    NextChange,
    NextIdeaQuestion,
    NextQuestion,
    OfferContact,
    OpenAssigned,
    OpenChanges,
    OpenGroupLink,
    OpenIdea,
    OpenInvite,
    OpenLink,
    OpenSignOff,
    PassAnswerOn,
    PutBack,
    PutIdeaAway,
    RecallAnswers,
    RecallGroupStaff,
    RecallMatching,
    RecallSent,
    RemindMeToo,
    RenewInvite,
    RecallTwoAgree,
    ReturnSignOff,
    SaveIdea,
    SeeSender,
    SendCalendar,
    SendCallback,
    SendChanges,
    SendLead,
    ShareIdea,
    ShowAnswer,
    ShowChanges,
    ShowDrafts,
    ShowGroupPage,
    ShowGroups,
    ShowIdea,
    ShowInvite,
    ShowLeadSummary,
    ShowMyData,
    ShowPeople,
    ShowReminders,
    ShowSent,
    ShowStatus,
    SpeakFor,
    StopInterests,
    StopMatching,
    StopReminders,
    StopSharing,
    Subscribe,
    SwitchIdea,
    TakeAssigned,
    TakeContact,
    TakeDrafts,
    TakeLeadCall,
    TellOfferings,
    TellOpenCalls,
    ValidateCalendarCall,
    ValidateLeadCall,
    ValidateLeadEmail,
    ValidateLeadPhone,
    ValidateRemindCall,
    ValidateRingPhone,
    ValidateSentReference,
    ValidateWishOften,
    ValidateWishTime,
    WantPart,
    WatchForOthers,
    Withdraw,
    WithdrawIntroduction,
)

ACTIONS: Mapping[str, type[BoundAction]] = {action.called: action for action in _CLASSES}
# What is said when nobody asked: by those that word it here, or by the assistant itself.
RESPONSES = (
    news_words.RESPONSES
    | broadcast_words.RESPONSES
    | reminding.RESPONSES
    | card_notes.RESPONSES
    | cards.RESPONSES
    | decision_words.RESPONSES
    | qualification.RESPONSES
    | desk_words.RESPONSES
    | alike.RESPONSES
    | others.RESPONSES
    | attachments.RESPONSES
    | idea_pages.RESPONSES
    | sharing.RESPONSES
    | talks.RESPONSES
    | room_words.RESPONSES
    | told.RESPONSES
    | applying.RESPONSES
    | reached.RESPONSES
    | posts.RESPONSES
    | signing.RESPONSES
    | staff_words.RESPONSES
    | {"utter_patience", "about_bot"}
)

_MESSAGE_FIELDS = frozenset(
    ("text", "buttons", "elements", "custom", "template", "response", "image", "attachment")
)


class ActionError(Exception):
    """An action is unknown, or returned what the dialogue cannot take."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an action did to the dialogue: rasa-sdk's events and messages, in order. Of slots set
    after a restart the new conversation knows."""

    events: list[dict[str, Any]]
    responses: list[dict[str, Any]]
    restart: bool

    @property
    def slots(self) -> dict[str, Any]:
        """The slots it set; the last word on each counts."""
        return _slots(self.events)

    @property
    def left_open(self) -> list[str]:
        """The slots whose questions, where they wait for an answer, are passed over."""
        return [event["name"] for event in self.events if event["event"] == LEFT_OPEN]

    @property
    def kept(self) -> dict[str, Any]:
        """The slots with which the conversation begins anew."""
        kinds = [event["event"] for event in self.events]
        return _slots(self.events[kinds.index("restart") :]) if self.restart else {}


def _slots(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def run_action(
    context: Context,
    name: str,
    *,
    tracker: dict[str, Any],
    domain: dict[str, Any],
) -> Result:
    """Run one action to its end on this thread. `domain` names every slot under `slots`.

    Raises ActionError for an unknown name or a malformed event, and whatever the action raises.
    """
    if name not in ACTIONS:
        raise ActionError(f"unknown action: {name}")
    dispatcher = CollectingDispatcher()
    done = ACTIONS[name](context).run(dispatcher, Tracker.from_dict(tracker), domain)
    events = (_to_its_end(done) if isinstance(done, Coroutine) else done) or []
    for event in events:
        _check(name, event, domain)
    _follow_ideas(context)
    restart = any(event["event"] == "restart" for event in events)
    return Result(events, dispatcher.messages, restart)


def _follow_ideas(context: Context) -> None:
    """See to what hangs on ideas that have changed: who finds them, and who said what."""
    changed = ideas.take_changed(context.session)
    if changed:
        keep_up_changed(context, changed)
    if context.speaking is not None:
        follow_told(context, changed)


def _to_its_end(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What an action gives whose `run` is a coroutine. As none waits, no loop is needed."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise ActionError("an action must not wait for anything: what is slow goes through the outbox")


def values_of(response: Mapping[str, Any]) -> dict[str, Any]:
    """The values that an action gave to a response, apart from rasa-sdk's own fields."""
    return {name: value for name, value in response.items() if name not in _MESSAGE_FIELDS}


def _check(name: str, event: Any, domain: Mapping[str, Any]) -> None:
    if not isinstance(event, dict) or not event.get("event"):
        raise ActionError(f"{name} returned something that is no event")
    if event["event"] not in ("slot", "restart", LEFT_OPEN):
        raise ActionError(f"{name} returned an event the dialogue does not know: {event['event']}")
    if event["event"] != "restart" and event["name"] not in domain["slots"]:
        raise ActionError(f"{name} set a slot the domain does not know: {event['name']}")

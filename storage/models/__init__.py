"""The tables, by noun."""

from storage.models.applicants import Applicant, Idea, IdeaAnswer, IdeaWord
from storage.models.attachments import Attachment
from storage.models.base import Base, BigId, Instant
from storage.models.broadcasts import Broadcast, BroadcastRecipient
from storage.models.calls import Call, CallChange, LateLink, Reminder, ReminderPlan, Subscription
from storage.models.chats import Chat, ChatAlias, Conversation, Message
from storage.models.console import ConsoleSession, LeadRead, SavedView, Switch
from storage.models.content import Rewording
from storage.models.files import File
from storage.models.groups import (
    Assignment,
    Ballot,
    Contribution,
    Group,
    Invite,
    Member,
    SignOff,
    Vote,
)
from storage.models.hooks import HookDelivery, WebHook
from storage.models.insight import DayFigure, Misunderstood
from storage.models.interests import CallNews, Interest, ToldVerdict
from storage.models.introductions import AlikeLead, Introduction
from storage.models.leads import (
    ChangeRequest,
    Decision,
    Handoff,
    Lead,
    LeadEvent,
    LeadLabel,
    LeadMention,
    Submission,
)
from storage.models.learning import Training, TrainingExample
from storage.models.processes import IntakeSpan, Keystone, Lease, Pace
from storage.models.queues import DOING, LEASED, TO_DO, WAITING, InboxRow, OutboxRow
from storage.models.shares import Share
from storage.models.staff import AuditEntry, StaffChat, StaffLink, StaffMember, Thread

__all__ = [
    "DOING",
    "LEASED",
    "TO_DO",
    "WAITING",
    "AlikeLead",
    "Applicant",
    "Assignment",
    "Attachment",
    "AuditEntry",
    "Ballot",
    "Base",
    "BigId",
    "Broadcast",
    "BroadcastRecipient",
    "Call",
    "CallChange",
    "CallNews",
    "ChangeRequest",
    "Chat",
    "ChatAlias",
    "ConsoleSession",
    "Contribution",
    "Conversation",
    "DayFigure",
    "Decision",
    "File",
    "Group",
    "Handoff",
    "HookDelivery",
    "Idea",
    "IdeaAnswer",
    "IdeaWord",
    "InboxRow",
    "Instant",
    "IntakeSpan",
    "Interest",
    "Introduction",
    "Invite",
    "Keystone",
    "LateLink",
    "Lead",
    "LeadEvent",
    "LeadLabel",
    "LeadMention",
    "LeadRead",
    "Lease",
    "Member",
    "Message",
    "Misunderstood",
    "OutboxRow",
    "Pace",
    "Reminder",
    "ReminderPlan",
    "Rewording",
    "SavedView",
    "Share",
    "SignOff",
    "StaffChat",
    "StaffLink",
    "StaffMember",
    "Submission",
    "Subscription",
    "Switch",
    "Thread",
    "ToldVerdict",
    "Training",
    "TrainingExample",
    "Vote",
    "WebHook",
]

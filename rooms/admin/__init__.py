from rooms.admin import dashboard, navigation, people
from rooms.admin.chat import ChatAdmin, MessageAdmin, ReadMarkAdmin
from rooms.admin.forms import AnswerSheetAdmin, FormFieldAdmin, ResponseAdmin
from rooms.admin.history import (
    CommitAdmin,
    DecisionAdmin,
    DecisionMapAdmin,
    MembershipAdmin,
    OptionAdmin,
    QuestVersionAdmin,
    RevealAdmin,
    VoteAdmin,
    VoteChangeAdmin,
)
from rooms.admin.quests import QuestAdmin, RegionAdmin
from rooms.admin.rooms import RoomAdmin
from rooms.admin.shares import MapShareAdmin

__all__ = [
    "AnswerSheetAdmin",
    "ChatAdmin",
    "CommitAdmin",
    "DecisionAdmin",
    "DecisionMapAdmin",
    "FormFieldAdmin",
    "MapShareAdmin",
    "MembershipAdmin",
    "MessageAdmin",
    "OptionAdmin",
    "QuestAdmin",
    "QuestVersionAdmin",
    "ReadMarkAdmin",
    "RegionAdmin",
    "ResponseAdmin",
    "RevealAdmin",
    "RoomAdmin",
    "VoteAdmin",
    "VoteChangeAdmin",
    "dashboard",
    "navigation",
    "people",
]

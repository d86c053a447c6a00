from rooms.models.chat import Chat, Message, ReadMark
from rooms.models.decision_maps import DecisionMap, MapShare
from rooms.models.forms import AnswerSheet, FormField, Response
from rooms.models.quests import Decision, Option, Quest, QuestVersion, Region
from rooms.models.rooms import Membership, Room
from rooms.models.votes import Commit, Reveal, Vote, VoteChange

__all__ = [
    "AnswerSheet",
    "Chat",
    "Commit",
    "Decision",
    "DecisionMap",
    "FormField",
    "MapShare",
    "Membership",
    "Message",
    "Option",
    "Quest",
    "QuestVersion",
    "ReadMark",
    "Region",
    "Response",
    "Reveal",
    "Room",
    "Vote",
    "VoteChange",
]

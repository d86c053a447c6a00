from __future__ import annotations

from echoroom.events.admin.navigation import Group, names
from rooms.models import (
    AnswerSheet,
    Chat,
    Commit,
    Decision,
    DecisionMap,
    FormField,
    MapShare,
    Membership,
    Message,
    Option,
    Quest,
    QuestVersion,
    ReadMark,
    Region,
    Response,
    Reveal,
    Room,
    Vote,
    VoteChange,
)

names(Group.NOW, "Rooms", "forum", Room)
names(Group.WORLD, "Quests", "explore", Quest)
names(Group.WORLD, "Regions", "map", Region)
names(Group.HISTORY, "Decision maps", "article", DecisionMap)
names(Group.HISTORY, "Shared maps", "share", MapShare)
names(Group.HISTORY, "Commits", "task_alt", Commit)
names(Group.HISTORY, "Revealed votes", "how_to_vote", Vote)
names(Group.HISTORY, "Messages", "chat", Message)
names(Group.DETAILS, "Chats", "forum", Chat)
names(Group.DETAILS, "Read marks", "done_all", ReadMark)
names(Group.HISTORY, "Answers", "assignment_turned_in", AnswerSheet)
names(Group.HISTORY, "Who answered", "person_check", Response)
names(Group.DETAILS, "Seats", "event_seat", Membership)
names(Group.DETAILS, "Reveals", "visibility", Reveal)
names(Group.DETAILS, "Changed votes", "published_with_changes", VoteChange)
names(Group.DETAILS, "Quest versions", "layers", QuestVersion)
names(Group.DETAILS, "Decisions", "help", Decision)
names(Group.DETAILS, "Options", "list", Option)
names(Group.DETAILS, "Questions of forms", "list_alt", FormField)

from matching.models.history import MatchedTeam, MatchTick
from matching.models.parties import MOST_MEMBERS, Block, Party, PartyMember
from matching.models.reports import QueueReport, ReportSending
from matching.models.settings import MatchingWeights
from matching.models.tickets import MATE_AWAY, PracticeRoom, Queue, Ticket

__all__ = [
    "MATE_AWAY",
    "MOST_MEMBERS",
    "Block",
    "MatchTick",
    "MatchedTeam",
    "MatchingWeights",
    "Party",
    "PartyMember",
    "PracticeRoom",
    "Queue",
    "QueueReport",
    "ReportSending",
    "Ticket",
]

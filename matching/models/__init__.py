from matching.models.history import MatchedTeam, MatchTick
from matching.models.parties import MOST_MEMBERS, Block, Party, PartyMember
from matching.models.settings import MatchingWeights, QueueReport
from matching.models.tickets import PracticeRoom, Queue, Ticket

__all__ = [
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
    "Ticket",
]

from matching.models.history import MatchedTeam, MatchTick
from matching.models.parties import Block, Party, PartyMember
from matching.models.settings import MatchingWeights, QueueReport
from matching.models.tickets import PracticeRoom, Queue, Ticket

__all__ = [
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

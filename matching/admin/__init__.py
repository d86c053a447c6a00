from matching.admin.history import MatchedTeamAdmin, MatchTickAdmin
from matching.admin.parties import PartyAdmin, PartyMemberAdmin
from matching.admin.settings import MatchingWeightsAdmin, QueueReportAdmin, ReportSendingAdmin
from matching.admin.tickets import PracticeRoomAdmin, QueueAdmin, TicketAdmin

__all__ = [
    "MatchTickAdmin",
    "MatchedTeamAdmin",
    "MatchingWeightsAdmin",
    "PartyAdmin",
    "PartyMemberAdmin",
    "PracticeRoomAdmin",
    "QueueAdmin",
    "QueueReportAdmin",
    "ReportSendingAdmin",
    "TicketAdmin",
]

from matching.admin.parties import PartyAdmin, PartyMemberAdmin
from matching.admin.tickets import PracticeRoomAdmin, QueueAdmin, TicketAdmin

__all__ = ["PartyAdmin", "PartyMemberAdmin", "PracticeRoomAdmin", "QueueAdmin", "TicketAdmin"]

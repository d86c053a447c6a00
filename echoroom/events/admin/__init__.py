from echoroom.events.admin.codes import EventCodeAdmin
from echoroom.events.admin.events import EventAdmin, EventOrganiserAdmin
from echoroom.events.admin.participants import ParticipantAdmin, PersonalLinkAdmin, SeatDeviceAdmin

__all__ = [
    "EventAdmin",
    "EventCodeAdmin",
    "EventOrganiserAdmin",
    "ParticipantAdmin",
    "PersonalLinkAdmin",
    "SeatDeviceAdmin",
]

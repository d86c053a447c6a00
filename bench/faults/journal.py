"""The lines that a replay would have written of an event, from its tables: what the recount of badges begins with."""

from __future__ import annotations

from collections.abc import Iterator

from echoroom.events.models import Event
from matching.replay.badges import Line
from rooms.models import Membership, Room


def lines_of(event: Event) -> Iterator[Line]:
    yield {"kind": "event", "opens_at": event.opens_at.isoformat(), "time_zone": event.time_zone}
    for person in event.participants.filter(is_bot=False):
        entered = person.entered_at.isoformat()
        yield {"kind": "person", "person": str(person.pk), "country": person.country, "entered_at": entered}
    rooms = completed(event).select_related("quest", "decision_map")
    for room in rooms.prefetch_related("memberships", "votes__option", "commits__option"):
        yield _room(room)


def completed(event: Event):
    return Room.objects.filter(event=event, state=Room.State.COMPLETED)


def _room(room: Room) -> Line:
    assert room.completed_at is not None
    seats = {seat.pk: seat for seat in room.memberships.all() if _played(room, seat)}
    people = {pk: str(seat.participant_id) for pk, seat in seats.items()}
    stayed = [pk for pk, seat in seats.items() if seat.left_at is None or seat.left_at >= room.completed_at]
    commits = list(room.commits.all())
    return {
        "kind": "room",
        "room": room.code,
        "quest": room.quest.slug,
        "completed": True,
        "decisions": len(commits),
        "people": list(people.values()),
        "finished": [people[pk] for pk in stayed],
        "votes": [
            {
                "person": people[vote.membership_id], "decision": vote.decision_number, "round": vote.round,
                "option": vote.option.key, "reason": vote.justification, "cast_at": vote.cast_at.isoformat(),
            }
            for vote in room.votes.all()
        ],
        "commits": [{"decision": each.decision_number, "author": people[each.author_id]} for each in commits],
        "maps": [str(room.decision_map.pk)] if hasattr(room, "decision_map") else [],
    }  # fmt: skip


def _played(room: Room, seat: Membership) -> bool:
    assert room.started_at is not None
    return seat.left_at is None or seat.left_at >= room.started_at

"""What must be true of a room at any moment of its life."""

from __future__ import annotations

from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from rooms.models import Commit, Membership, Reveal, Room, Vote
from rooms.selectors.room_view import place_of, room_view


def check(room: Room, people: list[Participant]) -> None:
    fresh = Room.objects.get(pk=room.pk)
    _state_and_times_agree(fresh)
    _decisions_were_made_in_order(fresh)
    _nothing_was_counted_after_a_reveal(fresh)
    _seats_are_right(fresh)
    _nobody_waits_for_nobody(fresh)
    for person in people:
        if Membership.objects.filter(room=fresh, participant=person, left_at=None).exists():
            _sees_no_secret(fresh, person)


def _state_and_times_agree(room: Room) -> None:
    assert (room.completed_at is not None) == (room.state == Room.State.COMPLETED)
    assert (room.closed_at is not None) == (room.state == Room.State.CLOSED)
    assert (room.phase != "") == (room.state == Room.State.IN_PROGRESS)
    assert (room.due_at is not None) == (room.is_unstarted or room.phase == Room.Phase.VOTING)
    assert room.version >= 1


def _decisions_were_made_in_order(room: Room) -> None:
    """One commit per decision, none skipped, none of a decision that is still on the table, votes only up to it."""
    committed = list(
        Commit.objects.filter(room=room).order_by("decision_number").values_list("decision_number", flat=True)
    )
    last = room.decision_number if room.state == Room.State.COMPLETED else max(0, room.decision_number - 1)
    assert committed == list(range(1, last + 1))
    numbers = set(Vote.objects.filter(room=room).values_list("decision_number", flat=True))
    assert all(number <= room.decision_number for number in numbers)


def _nothing_was_counted_after_a_reveal(room: Room) -> None:
    for reveal in Reveal.objects.filter(room=room):
        votes = Vote.objects.filter(room=room, decision_number=reveal.decision_number, round=reveal.round)
        assert votes.count() == reveal.votes
        assert reveal.votes >= 1
        assert all((vote.changed_at or vote.cast_at) <= reveal.revealed_at for vote in votes)
    for made in Commit.objects.filter(room=room):
        votes = Vote.objects.filter(room=room, decision_number=made.decision_number, round=made.round)
        assert sum(made.tally.values()) == votes.count()
        assert len(made.dissent) == votes.exclude(option=made.option).count()


def _nobody_waits_for_nobody(room: Room) -> None:
    """Once all who are there have voted, and anybody has, the votes are open."""
    if room.phase != Room.Phase.VOTING:
        return
    voted = set(
        Vote.objects.filter(room=room, decision_number=room.decision_number, round=room.round).values_list(
            "membership_id", flat=True
        )
    )
    there = set(Membership.objects.filter(room=room, left_at=None, away_at=None).values_list("pk", flat=True))
    assert not voted or there - voted


def _seats_are_right(room: Room) -> None:
    members = list(Membership.objects.filter(room=room))
    seated = [member for member in members if member.left_at is None]
    assert len(seated) <= room.capacity
    assert len({member.seat for member in seated}) == len(seated)
    assert all(member.is_playing == (room.is_live and member.left_at is None) for member in members)
    assert not room.is_live or seated, "an empty room is closed"


def _sees_no_secret(room: Room, person: Participant) -> None:
    """Reasons are unique here, so one that shows up where it may not is found in whatever the view holds."""
    shown = repr(room_view(place_of(viewer=seat_of(person), room_code=room.code)))
    revealed = set(Reveal.objects.filter(room=room).values_list("decision_number", "round"))
    for vote in Vote.objects.filter(room=room).select_related("membership"):
        if vote.membership.participant_id == person.pk:
            continue
        if (vote.decision_number, vote.round) in revealed:
            assert vote.justification in shown
        else:
            assert vote.justification not in shown

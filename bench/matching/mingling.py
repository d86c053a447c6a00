"""What makes a queue a mixed one: parties, blocks, people who met lately, and lobbies that lack somebody."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils import timezone

from bench.matching.crowd import BATCH, Crowd, analyse
from echoroom.events.models import Participant
from matching.groups import group_of
from matching.models import Block, Party, PartyMember, Ticket
from rooms.models import Membership, Room
from rooms.services.seating import open_rooms

# Shares of who waits: in parties of two, who block somebody, in a room with others until a moment ago.
IN_PARTIES, BLOCKED, MET_LATELY = 0.1, 0.01, 0.1
MATES = 3
LOBBIES, IN_A_LOBBY = 20, 4


def mingle(crowd: Crowd, waiting: Sequence[Participant], seated: Sequence[Participant], *, seed: int) -> None:
    """Some of who waits have a history; those who are seated wait in lobbies, each with its last seat free."""
    random = np.random.default_rng(seed)
    people = [waiting[place] for place in random.permutation(len(waiting))]
    _pair_up(crowd, people[: int(len(people) * IN_PARTIES)])
    _block(people[: int(len(people) * BLOCKED)], people[::-1])
    met = people[-int(len(people) * MET_LATELY) :]
    _have_met(crowd, [met[start : start + MATES] for start in range(0, len(met), MATES)])
    lobbies = [seated[start : start + IN_A_LOBBY] for start in range(0, LOBBIES * IN_A_LOBBY, IN_A_LOBBY)]
    open_rooms(by=None, quest=crowd.quest, teams=[[person.pk for person in lobby] for lobby in lobbies])
    analyse()


def _pair_up(crowd: Crowd, people: list[Participant]) -> None:
    """In twos who speak a language in common; who finds nobody stays alone."""
    people = sorted(people, key=lambda person: person.languages)
    pairs = [pair for pair in zip(people[::2], people[1::2], strict=False) if _share_a_language(*pair)]
    parties = Party.objects.bulk_create([Party(event=crowd.event) for _ in pairs], batch_size=BATCH)
    together = [(party, person) for party, pair in zip(parties, pairs, strict=True) for person in pair]
    PartyMember.objects.bulk_create(
        [PartyMember(party=party, participant=person) for party, person in together], batch_size=BATCH
    )
    tickets = {ticket.participant_id: ticket for ticket in Ticket.objects.waiting().filter(quest=crowd.quest)}
    changed = []
    for party, (one, other) in zip(parties, pairs, strict=True):
        common = set(one.languages) & set(other.languages) or {*one.languages, *other.languages}
        for person in (one, other):
            ticket = tickets[person.pk]
            ticket.party, ticket.group = party, group_of(common, 2)
            changed.append(ticket)
    Ticket.objects.bulk_update(changed, ["party", "group"], batch_size=BATCH)


def _share_a_language(one: Participant, other: Participant) -> bool:
    return not one.languages or not other.languages or bool(set(one.languages) & set(other.languages))


def _block(blockers: Sequence[Participant], blocked: Sequence[Participant]) -> None:
    pairs = [(one, other) for one, other in zip(blockers, blocked, strict=False) if one != other]
    Block.objects.bulk_create([Block(blocker=one, blocked=other) for one, other in pairs], batch_size=BATCH)


def _have_met(crowd: Crowd, teams: Sequence[Sequence[Participant]]) -> None:
    rooms = open_rooms(by=None, quest=crowd.quest, teams=[[person.pk for person in team] for team in teams])
    numbers = [room.pk for room in rooms]
    Membership.objects.filter(room__in=numbers).update(is_playing=False)
    Room.objects.filter(pk__in=numbers).update(
        state=Room.State.CLOSED, closed_at=timezone.now(), close_reason=Room.CloseReason.ORGANISER
    )

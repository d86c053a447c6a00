"""One event with one room at a stage of its life, one finished room, and another event next door."""

from __future__ import annotations

import re
from dataclasses import dataclass

from badges.services.awarding import check_room
from echoroom.events.models import Event
from echoroom.events.services.seats import make_personal_link, seat_of
from echoroom.events.tests.console import play_to_the_end
from matching.models import Party
from matching.services.parties import make_party
from rooms.models import DecisionMap, Quest, Room
from rooms.services.chatting import write_message
from rooms.services.seating import start_room
from rooms.services.sharing import share_map, token_of
from rooms.tests.factories import make_people, make_quest, make_room
from rooms.tests.moves import everyone_votes
from rooms.tests.questions import make_form
from tests.cast import Cast, make_cast
from tests.permissions.people import People, people_of

PLACE = re.compile(r"<\w+:(\w+)>")


@dataclass
class Scene:
    cast: Cast
    people: People
    other_quest: Quest
    foreign_quest: Quest
    form: Quest
    finished: Room
    decision_map: DecisionMap
    room: Room
    personal_token: str
    share_token: str
    party: Party

    def path(self, route: str) -> str:
        """The route's address in this scene."""
        if route == "^api/":
            return "/api/no/such/path"
        if route.endswith(("/answers", "/response")):
            quest_or_map = self.form.pk
        else:
            quest_or_map = self.cast.quest.pk if "quest" in route else self.decision_map.pk
        values = {
            "code": self.room.code,
            "pk": str(quest_or_map),
            "link": self.cast.code.link_token,
            "token": self.share_token if route.startswith("map/") else self.personal_token,
            "participant": str(self.cast.bob.pk),
            "person": str(self.cast.bob.pk),
            "quest": str(self.cast.quest.pk),
        }
        # Which of its faces a file is, the address says after its path.
        query = "?format=md" if route.endswith(("/export", "/file")) else ""
        if route.startswith("api/admin/"):
            query = f"?event={self.cast.event.pk}"
        return "/" + PLACE.sub(lambda place: str(values[place[1]]), route) + query


@dataclass(frozen=True)
class Size:
    """How many sit in the room beside Ben, Bea and Bob, how long its quest is, what the team has played before."""

    more_mates: int = 0
    decisions: int = 2
    played: int = 1


def make_scene(stage: str, size: Size = Size()) -> Scene:
    """`stage` is that of the members' room: `lobby`, `voting`, `revealed`; or `free`: then they have an old one."""
    cast = make_cast(decisions=size.decisions, rounds=2, team_max=3 + size.more_mates)
    cast.team += make_people(cast.event, size.more_mates)
    # Practice bots are for test events; the event next door is a real one.
    Event.objects.filter(pk=cast.event.pk).update(is_test=True)
    finished = [_played(cast, number) for number in range(size.played)][-1]
    room = finished if stage == "free" else make_room(cast.quest, cast.team)
    if stage in {"voting", "revealed"}:
        room = start_room(by=seat_of(cast.ben), room_code=room.code)
    if stage == "revealed":
        everyone_votes(cast.team, room, "AAB" + "A" * size.more_mates)
    if room.is_live:
        write_message(by=seat_of(cast.bea), room_code=room.code, text="Hello, all.")
    decision_map = DecisionMap.objects.get(room=finished)
    return Scene(
        cast=cast,
        people=people_of(cast),
        other_quest=make_quest(event=cast.event, slug="other"),
        foreign_quest=make_quest(event=Event.objects.get(name="Elsewhere"), slug="foreign"),
        form=make_form(cast.event),
        finished=finished,
        decision_map=decision_map,
        room=room,
        personal_token=make_personal_link(by=seat_of(cast.bob)).rpartition("/")[2],
        party=make_party(by=seat_of(cast.bea)),
        share_token=token_of(share_map(by=seat_of(cast.ben), map_id=decision_map.pk, shows_my_name=False)),
    )


def _played(cast: Cast, number: int) -> Room:
    quest = make_quest(event=cast.event, slug=f"played-{number}", decisions=1, team_max=len(cast.team))
    room = play_to_the_end(cast.event, quest, cast.team)
    check_room(room_id=room.pk)
    return room

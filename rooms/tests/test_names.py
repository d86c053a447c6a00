from __future__ import annotations

from echoroom.events.models import Participant
from echoroom.events.services.profiles import update_profile
from echoroom.events.services.seats import seat_of
from echoroom.outbox.models import Delivery
from echoroom.outbox.testing import deliver_all
from rooms.tests.moves import now, playing_room
from tests.cast import ApiClient, Cast


def rename(person: Participant, name: str) -> None:
    update_profile(by=seat_of(person), changes={"name": name})
    deliver_all()


def test_a_new_name_reaches_the_team_that_has_read_the_room_already(cast: Cast):
    room = playing_room(cast)
    path = f"/api/rooms/{room.code}"
    read = ApiClient(cast.bea).get(path)
    rename(cast.ben, "Benedikt")
    again = ApiClient(cast.bea).get(path, headers={"If-None-Match": read.headers["ETag"]})
    assert again.status_code == 200
    assert "Benedikt" in {member["name"] for member in again.json()["members"]}


def test_what_is_not_the_name_is_no_news(cast: Cast):
    room = playing_room(cast)
    version = now(room).version
    update_profile(by=seat_of(cast.ben), changes={"name": "Ben", "curiosity": "Bees"})
    assert not Delivery.objects.exists()
    assert now(room).version == version


def test_who_plays_nowhere_may_be_renamed_too(cast: Cast):
    rename(cast.cleo, "Cleopatra")
    assert Participant.objects.get(pk=cast.cleo.pk).name == "Cleopatra"
    assert not Delivery.objects.owed().exists()

"""Badges over the API: mine, somebody's, and who may see them."""

from __future__ import annotations

import pytest

from badges.catalogue import CATALOGUE
from badges.models import Showcase
from badges.services.awarding import check_room
from badges.tests.playing import finished
from echoroom.audit.models import AuditEntry
from echoroom.events.models import Event, Participant
from echoroom.events.tests.factories import ParticipantFactory
from rooms.models import Room
from tests.cast import ApiClient, Cast

FIELDS = {"key", "name", "rarity", "description", "awarded_at", "room", "reason"}


@pytest.fixture
def room(cast: Cast) -> Room:
    room = finished(cast.quest, cast.team, "AAA", "AAB", "AAB")
    check_room(room_id=room.pk)
    return room


@pytest.fixture
def eve(cast: Cast) -> Participant:
    """Somebody in another event."""
    return ParticipantFactory.create(event=Event.objects.get(name="Elsewhere"))


def test_all_thirteen_are_listed_in_order_with_what_i_have_earned(cast, room):
    answer = ApiClient(cast.ben).get("/api/badges").json()
    assert [badge["key"] for badge in answer["badges"]] == [badge.key for badge in CATALOGUE]
    assert all(set(badge) == {*FIELDS, "earned"} for badge in answer["badges"])
    earned = {badge["key"]: badge for badge in answer["badges"] if badge["earned"]}
    assert (answer["earned"], answer["of"]) == (len(earned), 13) == (7, 13)
    player = earned["team_player"]
    assert (player["name"], player["rarity"], player["room"]) == ("Team Player", "common", room.code)
    assert player["reason"] == "Completed “The bridge” as a team of 3."
    assert player["awarded_at"]
    assert earned["early_bird"]["room"] is None
    owl = next(badge for badge in answer["badges"] if badge["key"] == "night_owl")
    assert (owl["earned"], owl["awarded_at"], owl["room"], owl["reason"]) == (False, None, None, None)


def test_nobody_has_badges_before_they_played(cast):
    answer = ApiClient(cast.cleo).get("/api/badges").json()
    assert (answer["earned"], answer["of"], len(answer["badges"])) == (0, 13, 13)


def test_who_is_in_the_same_event_sees_what_somebody_has_earned(cast, room):
    answer = ApiClient(cast.cleo).get(f"/api/badges/{cast.ben.pk}").json()
    assert (answer["participant"], answer["name"]) == (str(cast.ben.pk), "Ben")
    assert len(answer["badges"]) == 7
    assert all(set(badge) == FIELDS for badge in answer["badges"])
    assert ApiClient(cast.cleo).get(f"/api/badges/{cast.cleo.pk}").json()["badges"] == []


def test_outside_the_event_they_are_seen_only_by_their_owners_choice(cast, room, eve):
    path = f"/api/badges/{cast.ben.pk}"
    outside = [ApiClient(eve), ApiClient()]
    assert [client.get(path).status_code for client in outside] == [404, 404]
    ben = ApiClient(cast.ben)
    assert ben.get("/api/badges/showcase").json() == {"public": False}
    assert ben.send("PATCH", "/api/badges/showcase", {"public": True}).json() == {"public": True}
    assert ben.get("/api/badges/showcase").json() == {"public": True}
    assert [len(client.get(path).json()["badges"]) for client in outside] == [7, 7]
    # Bea did not choose that.
    assert [client.get(f"/api/badges/{cast.bea.pk}").status_code for client in outside] == [404, 404]
    ben.send("PATCH", "/api/badges/showcase", {"public": False})
    assert [client.get(path).status_code for client in outside] == [404, 404]


def test_the_choice_is_written_down_once_for_each_change(cast):
    ben = ApiClient(cast.ben)
    for public in (False, True, True, False):
        ben.send("PATCH", "/api/badges/showcase", {"public": public})
    actions = list(AuditEntry.objects.filter(action__startswith="badges.").order_by("pk").values_list("action"))
    assert actions == [("badges.shown_to_everybody",), ("badges.shown_within_event",)]
    assert Showcase.objects.get().participant == cast.ben


@pytest.mark.parametrize("body", [{}, {"public": "yes"}, {"public": 1}, {"public": True, "all": True}, []])
def test_a_choice_that_is_none_is_refused(cast, body):
    assert ApiClient(cast.ben).send("PATCH", "/api/badges/showcase", body).status_code == 400
    assert not Showcase.objects.exists()


@pytest.mark.parametrize("change", [{"is_bot": True}, {"consented_at": None}, {"name": ""}])
def test_bots_and_who_never_agreed_to_be_seen_are_not_there(cast, room, change):
    Showcase.objects.create(participant=cast.ben, is_public=True)
    Participant.objects.filter(pk=cast.ben.pk).update(**change)
    for client in (ApiClient(cast.bea), ApiClient()):
        assert client.get(f"/api/badges/{cast.ben.pk}").status_code == 404


def test_somebody_who_is_not_there_is_like_somebody_elsewhere(cast, eve):
    headers = {"X-Request-ID": "the-same-request"}
    ids = (eve.pk, "00000000-0000-4000-8000-000000000000")
    others, nobodys = (ApiClient(cast.ben).get(f"/api/badges/{pk}", headers=headers) for pk in ids)
    assert (others.status_code, others.content) == (404, nobodys.content)

"""A person is erased: nothing tells any more who they were, and what their team did stands."""

from __future__ import annotations

from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from badges.models import Showcase
from badges.services.telling import show_badges
from echoroom.api.models import IdempotencyRecord
from echoroom.audit.models import AuditEntry
from echoroom.events.errors import PersonUnknown
from echoroom.events.models import FORMER_MEMBER, Participant, PersonalLink, SeatDevice
from echoroom.events.services.erasing import erase_participant
from echoroom.events.services.profiles import update_profile
from echoroom.events.services.seats import issue_token, make_personal_link, register_browser, seat_of
from echoroom.events.tests.console import console_of, said
from echoroom.events.tests.factories import ParticipantFactory
from echoroom.outbox.testing import deliver_all
from echoroom.refusals import NotAuthenticated
from matching.models import Block, MatchTick, Party, PartyMember, Ticket
from matching.services.forgetting import forget_in_queues
from matching.services.queueing import join_queue
from matching.services.ticking import tick
from matching.tests.factories import make_block, make_party_of
from rooms.models import DecisionMap, MapShare, Membership, Room, Vote
from rooms.selectors.decision_maps import digest_of, document_of
from rooms.services.decision_maps import make_decision_map
from rooms.services.forgetting import forget_in_rooms
from rooms.services.sharing import share_map
from rooms.tests.factories import make_people
from rooms.tests.moves import commit, everyone_votes
from tests.cast import ApiClient, Cast, make_cast
from tests.clock import clock

__all__ = ["clock"]

LIST = "/admin/events/participant/"


@pytest.fixture
def cast(db: None, clock: time_machine.Traveller) -> Cast:
    return make_cast(decisions=1)


def erase(cast: Cast, person: Participant) -> bool:
    done = erase_participant(by=cast.ada, participant_id=person.pk)
    deliver_all()
    return done


def finished(cast: Cast) -> Room:
    """Ben's team has played every decision, and has its map."""
    room = cast.room()
    everyone_votes(cast.team, room, "AAB")
    commit(cast.bea, room)
    make_decision_map(room_id=room.pk)
    return room


def test_nothing_of_a_profile_stays_but_a_name_that_is_nobodys(cast: Cast):
    update_profile(by=seat_of(cast.ben), changes={"organisation": "Rivers", "country": "FR", "gender": "man"})
    assert erase(cast, cast.ben)
    cast.ben.refresh_from_db()
    kept = {cast.ben.name, cast.ben.organisation, cast.ben.country, cast.ben.gender, cast.ben.user.name}
    assert kept == {FORMER_MEMBER, ""}
    assert (cast.ben.languages, cast.ben.consented_at, cast.ben.user.is_active) == ([], None, False)


def test_erasing_again_changes_nothing_and_is_journaled_once_by_ids_alone(cast: Cast):
    assert [erase(cast, cast.ben), erase(cast, cast.ben)] == [True, False]
    entry = AuditEntry.objects.get(action="participant.erased")
    assert (entry.actor_id, entry.target_id) == (cast.ada.pk, str(cast.ben.pk))
    assert "Ben" not in str(entry.ids)


def test_whoever_is_erased_is_signed_out_everywhere_and_cannot_come_back_by_their_link(
    cast: Cast, django_capture_on_commit_callbacks
):
    client = ApiClient(cast.ben)
    make_personal_link(by=seat_of(cast.ben))
    assert client.get("/api/auth/me").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        erase_participant(by=cast.ada, participant_id=cast.ben.pk)
    assert client.get("/api/auth/me").status_code == 401
    assert not SeatDevice.objects.filter(participant=cast.ben).exists()
    assert not PersonalLink.objects.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda ben: update_profile(by=ben, changes={"name": "Ben"}),
        lambda ben: issue_token(by=ben),
        lambda ben: register_browser(by=ben),
        lambda ben: make_personal_link(by=ben),
        lambda ben: show_badges(by=ben, to_everybody=True),
        lambda ben: share_map(by=ben, map_id=DecisionMap.objects.get().pk, shows_my_name=True),
    ],
    ids=["profile", "token", "browser", "link", "badges", "map"],
)
def test_a_request_that_was_let_in_before_brings_nothing_of_the_person_back(cast: Cast, act):
    finished(cast)
    erase(cast, cast.ben)
    with pytest.raises(NotAuthenticated):
        act(seat_of(cast.ben))
    kept = (SeatDevice, PersonalLink, MapShare, Showcase)
    assert [model.objects.exists() for model in kept] == [False] * 4


def test_whoever_calls_themselves_a_former_member_is_none(cast: Cast):
    Participant.objects.filter(pk=cast.ben.pk).update(consented_at=None)
    update_profile(by=seat_of(cast.ben), changes={"name": FORMER_MEMBER})
    update_profile(by=seat_of(cast.ben), changes={"name": FORMER_MEMBER}, consent=True)
    assert erase(cast, cast.ben)


def test_answers_that_were_kept_to_be_repeated_are_forgotten(cast: Cast):
    client = ApiClient(cast.ben)
    answer = client.send("PATCH", "/api/profile", {"gender": "man"}, **{"Idempotency-Key": "once"})
    assert (answer.status_code, IdempotencyRecord.objects.count()) == (200, 1)
    erase(cast, cast.ben)
    assert not IdempotencyRecord.objects.exists()


def test_an_account_that_plays_elsewhere_stays_until_it_is_erased_there(cast: Cast):
    elsewhere = ParticipantFactory.create(user=cast.ben.user)
    erase(cast, cast.ben)
    cast.ben.user.refresh_from_db()
    assert (cast.ben.user.name, cast.ben.user.is_active) == ("Ben", True)
    erase_participant(by=cast.adam, participant_id=elsewhere.pk)
    cast.ben.user.refresh_from_db()
    assert (cast.ben.user.name, cast.ben.user.is_active) == (FORMER_MEMBER, False)


def test_an_organiser_of_another_event_erases_nobody(cast: Cast):
    with pytest.raises(PersonUnknown):
        erase_participant(by=cast.otto, participant_id=cast.ben.pk)
    cast.ben.refresh_from_db()
    assert cast.ben.name == "Ben"


def test_a_practice_bot_is_nobody_to_erase(cast: Cast):
    bot = ParticipantFactory.create(event=cast.event, name="Moss (bot)", is_bot=True)
    with pytest.raises(PersonUnknown):
        erase_participant(by=cast.ada, participant_id=bot.pk)


def test_a_map_names_a_former_member_and_keeps_the_reasons_and_the_result(cast: Cast):
    room = finished(cast)
    before = DecisionMap.objects.get()
    erase(cast, cast.ben)
    after = DecisionMap.objects.get()
    assert {member["name"] for member in after.document["members"]} == {FORMER_MEMBER, "Bea", "Bob"}
    assert "Ben" not in after.document["passage"]
    assert after.document["decisions"] == before.document["decisions"]
    assert after.document == document_of(room.pk)
    assert after.digest == digest_of(after.document)
    assert Vote.objects.filter(membership__participant=cast.ben).exists()


def test_rooms_that_are_over_show_the_new_name_to_who_has_read_them_before(cast: Cast):
    room, bea = finished(cast), ApiClient(cast.bea)
    path = f"/api/rooms/{room.code}"
    known = bea.get(path)
    assert b'"name":"Ben"' in known.content
    erase(cast, cast.ben)
    again = bea.get(path, headers={"If-None-Match": known["ETag"]})
    assert again.status_code == 200
    assert b'"name":"Ben"' not in again.content


def test_whoever_was_seated_while_the_rooms_forgot_them_sits_there_no_longer(cast: Cast):
    join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
    erase_participant(by=cast.ada, participant_id=cast.ben.pk)
    forget_in_rooms(participant_id=cast.ben.pk)
    room = cast.room()
    forget_in_queues(participant_id=cast.ben.pk)
    assert Membership.objects.get(room=room, participant=cast.ben).left_at


def test_links_to_maps_are_withdrawn(cast: Cast):
    finished(cast)
    share_map(by=seat_of(cast.ben), map_id=DecisionMap.objects.get().pk, shows_my_name=True)
    erase(cast, cast.ben)
    assert not MapShare.objects.standing().exists()


def test_a_seat_in_play_is_given_up_so_that_nobody_waits_for_it(cast: Cast):
    room = cast.room()
    erase(cast, cast.ben)
    assert Membership.objects.get(room=room, participant=cast.ben).left_at
    room.refresh_from_db()
    assert room.is_live


def test_a_wait_ends_and_the_tickets_lead_to_nobody(cast: Cast):
    ticket = join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
    erase(cast, cast.ben)
    ticket.refresh_from_db()
    assert (ticket.participant, ticket.state, ticket.number) == (None, "left", 1)


def test_a_party_waits_on_without_whom_it_has_lost(cast: Cast):
    make_party_of(cast.bea, cast.ben)
    join_queue(by=seat_of(cast.bea), quest_id=cast.quest.pk)
    erase(cast, cast.ben)
    assert Ticket.objects.waiting().get().participant == cast.bea
    assert PartyMember.objects.get().participant == cast.bea
    assert Party.objects.get().dissolved_at is None


def test_nobody_is_kept_apart_from_whom_no_longer_exists(cast: Cast):
    make_block(cast.ben, cast.cleo)
    make_block(cast.cleo, cast.ben)
    make_block(cast.cleo, cast.bea)
    erase(cast, cast.ben)
    assert Block.objects.get().blocked == cast.bea


def test_badges_are_shown_to_nobody_outside(cast: Cast):
    Showcase.objects.create(participant=cast.ben, is_public=True)
    erase(cast, cast.ben)
    assert not Showcase.objects.exists()


def test_a_tick_replays_to_the_same_teams_byte_for_byte_after_its_people_were_erased(cast: Cast):
    people = make_people(cast.event, 9)
    for person in people:
        join_queue(by=seat_of(person), quest_id=cast.quest.pk)
    tick()
    kept, before = MatchTick.objects.get(), StringIO()
    call_command("replay_tick", str(kept.pk), stdout=before)
    for person in people[:4]:
        erase(cast, person)
    after = StringIO()
    call_command("replay_tick", str(kept.pk), stdout=after)
    assert after.getvalue() == before.getvalue()
    again = MatchTick.objects.get()
    assert (bytes(again.problem), bytes(again.result)) == (bytes(kept.problem), bytes(kept.result))
    assert Ticket.objects.filter(participant=None).count() == 4


def test_the_console_asks_first_and_then_says_how_many(cast: Cast):
    ada = console_of(cast.ada)
    erase(cast, cast.bob)
    bot = ParticipantFactory.create(event=cast.event, name="Moss (bot)", is_bot=True)
    chosen = {"action": "erase_people", "_selected_action": [str(cast.ben.pk), str(cast.bob.pk), str(bot.pk)]}
    assert "It cannot be undone" in ada.post(LIST, chosen).content.decode()
    cast.ben.refresh_from_db()
    assert cast.ben.name == "Ben"
    assert said(ada.post(LIST, {**chosen, "confirmed": "yes"}, follow=True)) == ["1 erased. 1 had been erased before."]
    cast.ben.refresh_from_db()
    assert cast.ben.name == FORMER_MEMBER

"""Who is given what after a room, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from badges.domain_events import BadgeAwarded
from badges.models import Award
from badges.services.awarding import check_participant, check_room
from badges.tests.playing import badges_of, begun, finished, have
from echoroom.audit.models import AuditEntry
from echoroom.events.models import Event, Participant
from echoroom.events.services.entry import enter_with_code
from echoroom.live import Announcement
from echoroom.outbox import dispatcher
from echoroom.outbox.testing import deliver_all, receiving
from echoroom.viewer import ANONYMOUS
from rooms.domain_events import RoomCompleted
from rooms.models import Membership
from rooms.services.decision_maps import make_decision_map
from rooms.services.seating import close_room, start_room
from rooms.tests.factories import make_people, make_quest, make_room
from rooms.tests.moves import commit, everyone_votes, leave, vote, vote_again, wait
from tests.cast import Cast

Clock = time_machine.Traveller
LONG, SHORT = "x" * 50, " " * 30 + "x" * 49


def quest_of(cast: Cast, slug: str, *, decisions: int = 1, **spec: object):
    return make_quest(event=cast.event, slug=slug, decisions=decisions, **spec)


def test_a_room_that_all_voted_in_gives_its_badges_once_the_workers_have_run(cast):
    room = finished(cast.quest, cast.team, "AAB", "ABB", "AAB")
    assert Award.objects.count() == 0
    deliver_all()
    everybodys = {"first_steps", "team_player", "collaborator", "artifact_creator", "perfect_team", "early_bird"}
    assert badges_of(cast.ben) == {*everybodys, "decision_maker"}
    assert badges_of(cast.bea) == badges_of(cast.bob) == everybodys
    assert badges_of(cast.cleo) == set()
    assert set(Award.objects.filter(badge="first_steps").values_list("room", flat=True)) == {room.pk}
    assert set(Award.objects.filter(badge="early_bird").values_list("room", flat=True)) == {None}


def test_a_room_that_is_not_completed_gives_nothing(cast):
    room = begun(cast.quest, cast.team)
    everyone_votes(cast.team, room, "AAA")
    assert check_room(room_id=room.pk) == []
    close_room(by=cast.ada, room_id=room.pk)
    assert check_room(room_id=room.pk) == check_room(room_id=0) == []


def test_looking_twice_gives_nothing_more(cast):
    room = finished(cast.quest, cast.team, "AAA", "AAA", "AAA")
    assert len(check_room(room_id=room.pk)) == 3 * 6 + 1
    assert check_room(room_id=room.pk) == []
    assert check_participant(participant_id=cast.ben.pk) == []


def test_the_order_in_which_news_arrive_does_not_matter(cast):
    room = finished(cast.quest, cast.team, "AAB", "ABB", "AAB")
    make_decision_map(room_id=room.pk)
    check_participant(participant_id=cast.bea.pk)
    check_room(room_id=room.pk)
    backwards = {person.pk: badges_of(person) for person in cast.team}
    Award.objects.all().delete()
    deliver_all()
    assert backwards == {person.pk: badges_of(person) for person in cast.team}


def test_the_map_is_known_only_once_it_is_made(cast):
    room = finished(cast.quest, cast.team, "AAA", "AAA", "AAA")
    check_room(room_id=room.pk)
    assert have(cast, "artifact_creator") == ""
    make_decision_map(room_id=room.pk)
    check_room(room_id=room.pk)
    assert have(cast, "artifact_creator") == "Ben Bea Bob"


def test_who_left_before_the_end_gets_nothing_and_still_counts_as_one_of_the_team(cast, clock):
    room = begun(cast.quest, cast.team)
    everyone_votes(cast.team, room, "AAA")
    commit(cast.ben, room)
    clock.shift(1)
    leave(cast.bob, room)
    clock.shift(1)
    for _ in range(2):
        everyone_votes([cast.ben, cast.bea], room, "AA")
        commit(cast.ben, room)
    deliver_all()
    check_participant(participant_id=cast.bob.pk)
    assert badges_of(cast.bob) == {"early_bird"}  # which is no matter of this room
    assert have(cast, "collaborator") == "Ben Bea"
    # Two were left: no team of three, and one of the three did not vote on everything.
    assert have(cast, "team_player") == have(cast, "perfect_team") == ""
    # Three had voted as one at first.
    assert have(cast, "consensus_builder") == "Ben Bea"


def test_leaving_after_the_end_takes_nothing_away(cast, clock):
    room = finished(cast.quest, cast.team, "AAA", "AAA", "AAA")
    clock.shift(1)
    Membership.objects.filter(room=room, participant=cast.bob).update(left_at=datetime.now(UTC))
    deliver_all()
    assert have(cast, "team_player") == "Ben Bea Bob"


def test_who_left_the_lobby_was_never_one_of_the_team(cast, clock):
    room = make_room(cast.quest, cast.team)
    clock.shift(1)
    leave(cast.bob, room)
    clock.shift(1)
    start_room(by=cast.viewer(cast.ben), room_code=room.code)
    for person, country in zip(cast.team, ("DE", "FR", "JP"), strict=True):
        Participant.objects.filter(pk=person.pk).update(country=country)
    for _ in range(3):
        everyone_votes([cast.ben, cast.bea], room, "AA")
        commit(cast.ben, room)
    deliver_all()
    assert have(cast, "team_player") == have(cast, "perfect_team") == have(cast, "consensus_builder") == ""
    assert have(cast, "diversity_champion") == ""
    assert have(cast, "first_steps") == "Ben Bea"


def test_only_who_voted_in_every_first_round_collaborated(cast, clock):
    room = begun(cast.quest, cast.team)
    everyone_votes(cast.team, room, "AAB")
    commit(cast.ben, room)
    vote(cast.ben, room)
    vote(cast.bea, room)
    wait(clock, 301, present=cast.team, room=room)
    vote_again(cast.ben, room, decision=2)
    everyone_votes(cast.team, room, "AAA")  # a second round makes up for nothing
    commit(cast.ben, room)
    everyone_votes(cast.team, room, "AAB")
    commit(cast.bob, room)
    deliver_all()
    assert have(cast, "collaborator") == "Ben Bea"
    assert have(cast, "perfect_team") == have(cast, "consensus_builder") == ""
    assert have(cast, "decision_maker") == "Bob"


def test_a_unanimous_first_round_counts_for_those_who_voted_in_it(cast, clock):
    people = [*cast.team, cast.cleo]
    room = begun(quest_of(cast, "four", decisions=2, team_size=4, team_max=4), people)
    everyone_votes(cast.team, room, "BBB")
    wait(clock, 301, present=people, room=room)
    commit(cast.ben, room, "B")
    everyone_votes(people, room, "AABB")
    commit(cast.ben, room, "A")
    deliver_all()
    assert have(cast, "consensus_builder") == "Ben Bea Bob"
    assert have(cast, "team_player") == "Ben Bea Bob Cleo"


@pytest.mark.parametrize(("reason", "holders"), [(LONG, "Ben"), (SHORT, "")])
def test_the_longest_reason_of_either_round_tells_the_story_without_its_spaces(cast, reason, holders):
    room = begun(quest_of(cast, "talk", decisions=3, rounds=2), cast.team)
    for number in range(1, 4):
        vote(cast.ben, room, "A", reason if number < 3 else "Short.")
        vote(cast.bea, room, "A", LONG if number < 3 else "Short.")
        vote(cast.bob, room, "B", LONG if number == 1 else "Short.")
        vote_again(cast.ben, room, decision=number)
        vote(cast.ben, room, "A", reason if number == 3 else "Short.")
        vote(cast.bea, room, "A", LONG if number < 3 else "Short.")
        vote(cast.bob, room, "A", LONG if number == 1 else "Short.")
        commit(cast.ben, room)
    deliver_all()
    assert have(cast, "storyteller") == holders


def test_ten_different_team_mates_are_counted_over_all_rooms_that_one_completed(cast):
    others = make_people(cast.event, 10)
    pairs = [(0, 1), (2, 3), (4, 5), (6, 7), (8, 0)]
    for number, pair in enumerate(pairs):
        finished(quest_of(cast, f"room-{number}"), [cast.ben, *(others[each] for each in pair)], "AAB")
    deliver_all()
    assert have(cast, "social_connector") == ""
    room = finished(quest_of(cast, "the-last"), [cast.ben, others[9], others[1]], "AAB")
    deliver_all()
    assert have(cast, "social_connector") == "Ben"
    assert Award.objects.get(badge="social_connector").room == room


def test_the_fifth_different_quest_makes_a_master(cast):
    for number in range(4):
        finished(quest_of(cast, f"quest-{number}"), cast.team, "AAB")
    again = make_quest(event=cast.event, slug="quest-0", decisions=1)
    finished(again, cast.team, "AAB")
    deliver_all()
    assert have(cast, "quest_master") == ""
    finished(quest_of(cast, "quest-5"), cast.team[:2], "AB")
    deliver_all()
    assert have(cast, "quest_master") == "Ben Bea"


@pytest.mark.parametrize(
    ("countries", "is_diverse"), [("DE FR JP", True), ("DE FR DE", False), (["DE", "FR", ""], False)]
)
def test_three_stated_countries_make_a_diverse_team(cast, countries, is_diverse):
    stated = countries.split() if isinstance(countries, str) else countries
    for person, country in zip(cast.team, stated, strict=True):
        Participant.objects.filter(pk=person.pk).update(country=country)
    finished(quest_of(cast, "world"), cast.team, "AAB")
    deliver_all()
    assert have(cast, "diversity_champion") == ("Ben Bea Bob" if is_diverse else "")


@pytest.mark.parametrize(
    ("team", "hidden", "is_diverse"),
    [
        ("DE FR JP", "", True),
        ("DE FR JP", "JP", False),
        ("DE FR JP", "DE", False),
        ("DE FR JP BR", "BR", True),
        ("DE FR JP BR", "JP BR", False),
    ],
)
def test_a_country_that_is_kept_from_the_team_counts_for_nobody(cast, team, hidden, is_diverse):
    people = [*cast.team, cast.cleo][: len(team.split())]
    for person, country in zip(people, team.split(), strict=True):
        shown = {"country": country, "shows_country": country not in hidden.split()}
        Participant.objects.filter(pk=person.pk).update(**shown)
    finished(quest_of(cast, "world", team_size=4, team_max=4), people, "AAAB"[: len(people)])
    deliver_all()
    everybody = " ".join(person.name for person in people)
    assert have(cast, "diversity_champion") == (everybody if is_diverse else "")


class TestPracticeBots:
    @pytest.fixture
    def bob(self, cast: Cast) -> Participant:
        """Bob is a bot."""
        Participant.objects.filter(pk=cast.bob.pk).update(is_bot=True, country="JP")
        return cast.bob

    def test_a_bot_gets_nothing_and_counts_for_nobody(self, cast, bob):
        Participant.objects.filter(pk=cast.ben.pk).update(country="DE")
        Participant.objects.filter(pk=cast.bea.pk).update(country="FR")
        finished(cast.quest, cast.team, "AAA", "AAA", "AAA")
        deliver_all()
        check_participant(participant_id=bob.pk)
        assert badges_of(bob) == set()
        alone = {"first_steps", "collaborator", "artifact_creator", "early_bird"}
        assert badges_of(cast.bea) == alone
        assert badges_of(cast.ben) == {*alone, "decision_maker"}

    def test_a_bot_that_does_not_vote_spoils_nothing(self, cast, bob, clock):
        people = [*cast.team, cast.cleo]
        room = begun(quest_of(cast, "four", team_size=4, team_max=4), people)
        everyone_votes([cast.ben, cast.bea, cast.cleo], room, "AAA")
        wait(clock, 301, present=people, room=room)
        commit(cast.ben, room)
        deliver_all()
        assert have(cast, "perfect_team") == have(cast, "consensus_builder") == "Ben Bea Cleo"

    def test_a_bot_is_no_team_mate(self, cast, bob):
        others = make_people(cast.event, 9)
        for number, pair in enumerate(zip(others[::2], [*others[1::2], bob], strict=True)):
            finished(quest_of(cast, f"room-{number}"), [cast.ben, *pair], "AAB")
        deliver_all()
        assert have(cast, "social_connector") == ""


class TestEntering:
    @pytest.mark.parametrize(("minutes", "is_early"), [(0, True), (60, True), (61, False)])
    def test_who_enters_within_an_hour_of_the_opening_is_early(self, cast, clock, minutes, is_early):
        clock.shift(timedelta(minutes=minutes))
        entered = enter_with_code(by=ANONYMOUS, code=cast.code.code, address="10.0.0.1").participant
        deliver_all()
        assert ("early_bird" in badges_of(entered)) == is_early

    def test_who_was_there_before_the_opening_is_not(self, cast):
        Event.objects.filter(pk=cast.event.pk).update(opens_at=cast.ben.entered_at + timedelta(seconds=1))
        assert check_participant(participant_id=cast.ben.pk) == []

    def test_who_is_gone_by_now_gets_nothing(self, cast):
        gone = cast.cleo.pk
        Participant.objects.filter(pk=gone).delete()
        assert check_participant(participant_id=gone) == []


class TestTelling:
    def test_each_person_is_told_once_on_their_own_topic(self, cast, django_capture_on_commit_callbacks):
        room = finished(cast.quest, cast.team, "AAB", "ABB", "AAB")
        with django_capture_on_commit_callbacks(execute=True):
            check_room(room_id=room.pk)
        told = [call for call in dispatcher.recording.calls if isinstance(call, Announcement)]
        news = {call.topic: call.version for call in told if call.type == "badge_awarded"}
        assert news == {f"me:{person.pk}": 1 for person in cast.team}
        dispatcher.reset()
        with django_capture_on_commit_callbacks(execute=True):
            check_room(room_id=room.pk)
        assert dispatcher.recording.calls == []

    def test_what_was_given_is_published_and_written_down_with_ids_only(self, cast):
        room = finished(cast.quest, [cast.ben, cast.bea], "AB", "AB", "AB")
        heard: list[BadgeAwarded] = []
        with receiving(BadgeAwarded, heard.append):
            check_room(room_id=room.pk)
            deliver_all()
        made = Award.objects.all()
        given = {(award.participant_id, award.badge) for award in made}
        assert {(event.participant_id, event.badge) for event in heard} == given
        entries = AuditEntry.objects.filter(action="badge.awarded", target_id=str(room.pk))
        written = [award for entry in entries for award in entry.ids["awards"]]
        assert sorted(written) == sorted(f"{person}:{badge}" for person, badge in given)
        assert {(entry.event_id, entry.actor_kind) for entry in entries} == {(cast.event.pk, "system")}

    def test_a_reason_names_the_quest_and_nobody(self, cast):
        finished(cast.quest, cast.team, "AAA", "AAA", "AAA")
        deliver_all()
        reasons = list(Award.objects.values_list("reason", flat=True))
        assert "Voted in every decision of “The bridge”." in reasons
        assert not [reason for reason in reasons for person in cast.team if person.name in reason]


def test_the_same_news_delivered_again_gives_nothing_more(cast):
    from badges.receivers import check_the_completed_room

    room = finished(cast.quest, cast.team, "AAA", "AAA", "AAA")
    deliver_all()
    count = Award.objects.count()
    check_the_completed_room(RoomCompleted(room_id=room.pk))
    assert Award.objects.count() == count

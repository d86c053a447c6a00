from __future__ import annotations

import pytest
from django.db import IntegrityError

from echoroom.audit.models import AuditEntry
from rooms.models import Decision, Option, Quest, QuestVersion, Region
from rooms.selectors import content
from rooms.selectors.content import content_of, contents_of, forget
from rooms.services.quests import import_quest, set_quest_open
from rooms.tests.factories import make_room, quest_spec
from rooms.tests.moves import commit, everyone_votes, look, now, playing_room
from tests.cast import Cast


def import_changed(cast: Cast, **changes: object) -> Quest:
    return import_quest(by=cast.ada, event=cast.event, spec=quest_spec(**changes))  # type: ignore[arg-type]


class TestVersions:
    def test_a_room_plays_the_version_that_it_started_with(self, cast: Cast):
        room = playing_room(cast)
        import_changed(cast, decisions=1, title="Another bridge", rule="captain", rounds=2)
        forget()
        for _ in range(2):
            everyone_votes(cast.team, room, "ABA")
            seen = look(cast.ben, room)
            assert (seen.content.title, seen.content.rule, seen.may_vote_again) == ("The bridge", "plurality", False)
            commit(cast.bob, room, "A")
        assert now(room).state == "completed"

    def test_a_new_room_plays_the_new_one(self, cast: Cast):
        changed = import_changed(cast, decisions=1, title="Another bridge")
        room = make_room(changed, cast.team)
        assert (look(cast.ben, room).content.title, look(cast.ben, room).content.number) == ("Another bridge", 2)

    def test_importing_twice_makes_a_second_version_of_the_one_quest(self, cast: Cast):
        again = import_changed(cast)
        assert again.pk == cast.quest.pk
        assert list(again.versions.values_list("number", flat=True)) == [2, 1]
        assert again.current.number == 2  # type: ignore[union-attr]
        assert Region.objects.filter(event=cast.event).count() == 1

    def test_the_old_version_keeps_its_words(self, cast: Cast):
        old = QuestVersion.objects.get()
        import_changed(cast, decisions=4, summary="Changed.")
        old.refresh_from_db()
        assert (old.summary, old.decisions.count()) == ("A bridge that may not hold.", 2)

    def test_the_same_slug_in_another_event_is_another_quest(self, cast: Cast):
        elsewhere = cast.otto.organised.get().event
        assert import_quest(by=cast.otto, event=elsewhere, spec=quest_spec()).pk != cast.quest.pk

    def test_options_are_keyed_in_their_order(self, cast: Cast):
        quest = import_changed(cast, options=5)
        keys = Option.objects.filter(decision__version=quest.current, decision__number=1).values_list("key", "title")
        assert list(keys) == [(key, f"Way {key}") for key in "ABCDE"]

    def test_every_import_is_in_the_journal(self, cast: Cast):
        import_changed(cast)
        entry = AuditEntry.objects.get(action="quest.imported", actor_id=cast.ada.pk)
        assert (entry.target_id, entry.ids["version"]) == (str(cast.quest.pk), 2)


class TestNothingHalfWritten:
    @pytest.mark.parametrize(
        "broken", [{"team_min": 1}, {"team_max": 6}, {"rounds": 3}, {"team_size": 5, "team_max": 4}]
    )
    def test_a_quest_that_the_database_refuses_leaves_nothing(self, cast: Cast, broken: dict[str, int]):
        with pytest.raises(IntegrityError):
            import_changed(cast, slug="broken", region="Nowhere", **broken)
        assert not Quest.objects.filter(slug="broken").exists()
        assert not Region.objects.filter(name="Nowhere").exists()

    def test_a_failure_at_the_last_option_leaves_the_old_version_current(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ):
        before = (QuestVersion.objects.count(), Decision.objects.count(), Option.objects.count())
        written = []

        def fail_late(*args: object, **kwargs: object) -> None:
            written.append(args)
            if len(written) == 2:
                raise RuntimeError("the disk is full")

        monkeypatch.setattr(Option.objects, "bulk_create", fail_late)
        with pytest.raises(RuntimeError):
            import_changed(cast, title="Half a bridge")
        cast.quest.refresh_from_db()
        assert (cast.quest.title, cast.quest.current.number) == ("The bridge", 1)  # type: ignore[union-attr]
        assert (QuestVersion.objects.count(), Decision.objects.count(), Option.objects.count()) == before


class TestReading:
    def test_a_process_reads_a_version_once(self, cast: Cast, django_assert_num_queries):
        forget()
        assert cast.quest.current_id
        with django_assert_num_queries(3):
            first = content_of(cast.quest.current_id)
        with django_assert_num_queries(0):
            assert content_of(cast.quest.current_id) is first

    def test_many_versions_are_read_with_as_many_queries_as_one(self, cast: Cast, django_assert_num_queries):
        ids = [import_changed(cast, slug=f"quest-{number}").current_id for number in range(5)]
        forget()
        with django_assert_num_queries(3):
            found = contents_of([pk for pk in ids if pk])
        assert set(found) == set(ids)
        assert [decision.number for decision in found[ids[0]].decisions] == [1, 2, 3]  # type: ignore[index]

    def test_what_a_process_remembers_is_bounded(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(content, "MOST_KEPT", 2)
        forget()
        for number in range(4):
            content_of(import_changed(cast, slug=f"quest-{number}").current_id)  # type: ignore[arg-type]
        assert len(content._read) == 2


class TestOpening:
    def test_an_organiser_closes_and_opens_a_quest(self, cast: Cast):
        set_quest_open(by=cast.ada, quest_id=cast.quest.pk, is_open=False)
        assert not Quest.objects.playable().exists()
        set_quest_open(by=cast.ada, quest_id=cast.quest.pk, is_open=True)
        assert Quest.objects.playable().exists()

    def test_doing_it_twice_is_one_line_in_the_journal(self, cast: Cast):
        for _ in range(2):
            set_quest_open(by=cast.ada, quest_id=cast.quest.pk, is_open=False)
        assert AuditEntry.objects.filter(action="quest.closed").count() == 1

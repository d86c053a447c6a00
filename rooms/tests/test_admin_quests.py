"""Quests come in and go out as YAML, are opened and closed, and stand in regions."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from echoroom.audit.models import AuditEntry
from echoroom.events.models import Event
from echoroom.events.tests.console import console_of, list_path, rows_of, said
from rooms.models import Quest, QuestVersion, Region
from rooms.quest_files import parse_yaml
from rooms.selectors.quest_export import spec_of
from rooms.tests.bridge import BRIDGE, bridge_with
from rooms.tests.factories import make_quest, quest_spec
from tests.cast import make_cast

pytestmark = pytest.mark.django_db

QUESTS = "rooms_quest"
IMPORT = "/admin/rooms/quest/import/"


@pytest.fixture
def cast():
    return make_cast(decisions=2)


@pytest.fixture
def console(cast):
    return console_of(cast.ada)


def page_of(quest: Quest, page: str = "change") -> str:
    return reverse("admin:rooms_quest_change", args=[quest.pk]).replace("/change/", f"/{page}/")


class TestImport:
    @pytest.mark.parametrize("way", ["file", "text"])
    def test_a_quest_is_imported(self, cast, console, way):
        text = bridge_with("slug: the-bridge", "slug: the-ferry")
        given = SimpleUploadedFile("bridge.yaml", text.encode()) if way == "file" else text
        answer = console.post(IMPORT, {"event": cast.event.pk, way: given}, follow=True)
        quest = Quest.objects.get(slug="the-ferry")
        assert (quest.event, quest.region.name) == (cast.event, "Waterside")
        assert said(answer) == ["Imported “The bridge”, version 1."]
        assert "Do you close the bridge tonight?" in answer.content.decode()
        assert AuditEntry.objects.filter(action="quest.imported", actor_id=cast.ada.pk).exists()

    def test_the_same_quest_again_is_the_next_version(self, cast, console):
        answer = console.post(IMPORT, {"event": cast.event.pk, "text": BRIDGE}, follow=True)
        assert said(answer) == ["Imported “The bridge”, version 2."]

    def test_every_mistake_is_shown_with_its_line_and_nothing_is_written(self, cast, console):
        broken = bridge_with("slug: the-bridge\n", "").replace("{min: 2,", "{min: 9,")
        before = (Quest.objects.count(), QuestVersion.objects.count(), Region.objects.count())
        upload = SimpleUploadedFile("bridge.yaml", broken.encode())
        page = console.post(IMPORT, {"event": cast.event.pk, "file": upload}).content.decode()
        assert "Nothing was imported: mend bridge.yaml" in page
        assert "<b>Line 1</b> slug is missing" in page
        assert "<b>Line 5</b>" in page
        assert (Quest.objects.count(), QuestVersion.objects.count(), Region.objects.count()) == before

    def test_pasted_text_stays_where_it_was_typed(self, cast, console):
        page = console.post(IMPORT, {"event": cast.event.pk, "text": "format: nonsense"}).content.decode()
        assert "format: nonsense</textarea>" in page

    def test_a_mistake_cannot_become_markup(self, cast, console):
        page = console.post(IMPORT, {"event": cast.event.pk, "text": "<script>x</script>: 1"}).content.decode()
        assert "<script>x" not in page

    @pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: 1\n" * 60_000, b""])
    def test_what_is_no_quest_is_refused(self, cast, console, content):
        upload = SimpleUploadedFile("x.yaml", content)
        assert console.post(IMPORT, {"event": cast.event.pk, "file": upload}).status_code == 200
        assert Quest.objects.count() == 1

    def test_nothing_given_is_said_on_the_form(self, cast, console):
        assert "Choose a file or paste its text." in console.post(IMPORT, {"event": cast.event.pk}).content.decode()

    def test_otto_imports_nothing_into_adas_event(self, cast):
        otto = console_of(cast.otto)
        assert otto.post(IMPORT, {"event": cast.event.pk, "text": BRIDGE}).status_code == 200
        assert "Civic Weekend" not in otto.get(f"{IMPORT}?event={cast.event.pk}").content.decode()
        assert Quest.objects.count() == 1


class TestExport:
    def test_what_is_exported_can_be_imported_as_it_was(self, cast, console):
        answer = console.get(page_of(cast.quest, "export"))
        assert answer.headers["Content-Disposition"] == 'attachment; filename="the-bridge.yaml"'
        assert parse_yaml(answer.content.decode(), filename="x") == spec_of(cast.quest) == quest_spec(decisions=2)

    def test_several_come_as_a_zip(self, cast, console):
        other = make_quest(event=cast.event, slug="other")
        chosen = {"action": "export_quests", "_selected_action": [cast.quest.pk, other.pk]}
        archive = zipfile.ZipFile(io.BytesIO(console.post(list_path(QUESTS), chosen).content))
        assert set(archive.namelist()) == {f"{cast.event.pk}/{slug}.yaml" for slug in ("the-bridge", "other")}

    def test_otto_exports_nothing_of_adas(self, cast):
        otto = console_of(cast.otto)
        assert otto.get(page_of(cast.quest, "export")).status_code == 302
        chosen = {"action": "export_quests", "_selected_action": [cast.quest.pk]}
        assert b"bridge" not in otto.post(list_path(QUESTS), chosen).content


class TestState:
    def test_quests_are_closed_and_opened(self, cast, console):
        chosen = {"action": "close_quests", "_selected_action": [cast.quest.pk]}
        assert "Close these quests?" in console.post(list_path(QUESTS), chosen).content.decode()
        assert said(console.post(list_path(QUESTS), {**chosen, "confirmed": "yes"}, follow=True)) == [
            "Closed: The bridge."
        ]
        cast.quest.refresh_from_db()
        assert not cast.quest.is_open
        console.post(list_path(QUESTS), {**chosen, "action": "open_quests"})
        cast.quest.refresh_from_db()
        assert cast.quest.is_open

    def test_quests_are_found_by_their_state(self, cast, console):
        closed = make_quest(event=cast.event, slug="closed")
        Quest.objects.filter(pk=closed.pk).update(is_open=False)
        behind = make_quest(event=cast.event, slug="behind", region="Behind a fence")
        Region.objects.filter(pk=behind.region_id).update(is_open=False)
        cast.room()

        def found(state: str) -> set[object]:
            return set(rows_of(console.get(f"{list_path(QUESTS)}?state={state}")))

        assert found("open") == found("played") == {cast.quest}
        assert found("closed") == {closed, behind}

    def test_a_quest_moves_within_its_event(self, cast, console):
        region = Region.objects.create(event=cast.event, name="Hilltop")
        console.post(page_of(cast.quest), {"region": region.pk, "position": 4, "is_open": ""})
        cast.quest.refresh_from_db()
        assert (cast.quest.region, cast.quest.position, cast.quest.is_open) == (region, 4, False)
        assert AuditEntry.objects.filter(action="quest.moved", actor_id=cast.ada.pk).exists()

    def test_an_admin_cannot_move_it_into_another_events_region(self, cast):
        abroad = Region.objects.create(event=Event.objects.get(name="Elsewhere"), name="Abroad")
        adam = console_of(cast.adam)
        assert "Abroad" not in adam.get(page_of(cast.quest)).content.decode()
        adam.post(page_of(cast.quest), {"region": abroad.pk, "position": 0})
        cast.quest.refresh_from_db()
        assert cast.quest.region.name == "Riverside"


class TestRegions:
    @pytest.fixture
    def region(self, cast) -> Region:
        return Region.objects.create(event=cast.event, name="Hilltop")

    def test_one_is_made_changed_and_removed(self, cast, console):
        fields = {"event": cast.event.pk, "name": "Old town", "position": 2, "is_open": "on"}
        console.post(reverse("admin:rooms_region_add"), fields)
        region = Region.objects.get(name="Old town")
        console.post(reverse("admin:rooms_region_change", args=[region.pk]), {"name": "New town", "position": 1})
        region.refresh_from_db()
        assert (region.name, region.position, region.is_open) == ("New town", 1, False)
        console.post(reverse("admin:rooms_region_delete", args=[region.pk]), {"post": "yes"})
        assert not Region.objects.filter(pk=region.pk).exists()
        recorded = AuditEntry.objects.filter(target_type="rooms.region").values_list("action", flat=True)
        assert set(recorded) == {"region.created", "region.changed", "region.deleted"}

    def test_a_second_one_of_that_name_is_refused(self, cast, console, region):
        answer = console.post(
            reverse("admin:rooms_region_change", args=[region.pk]), {"name": "Riverside", "position": 0}, follow=True
        )
        region.refresh_from_db()
        assert region.name == "Hilltop"
        assert "of that name" in answer.content.decode() or "already exists" in answer.content.decode()

    def test_one_with_quests_stays(self, cast, console):
        console.post(reverse("admin:rooms_region_delete", args=[cast.quest.region_id]), {"post": "yes"})
        assert Region.objects.filter(pk=cast.quest.region_id).exists()

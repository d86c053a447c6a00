"""A link with which people outside read a map: without names, and only until it is withdrawn."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from echoroom.audit.models import AuditEntry
from echoroom.events.services.seats import seat_of
from echoroom.events.tests.browser import PART, browser_of
from echoroom.events.tests.console import console_of
from rooms.errors import MapNotFound
from rooms.faces.paper import paper_of
from rooms.faces.preview import preview_of
from rooms.faces.shown import ShownMap
from rooms.models import DecisionMap, MapShare
from rooms.selectors.decision_maps import pseudonymised
from rooms.selectors.maps import my_share
from rooms.services.decision_maps import make_decision_map
from rooms.services.sharing import share_map, token_of, url_of, withdraw_my_share, withdraw_share
from rooms.tests.factories import make_quest
from rooms.tests.moves import commit, now, playing_room, vote, vote_again
from tests.cast import ApiClient, Cast
from tests.queries import keeps_its_promise

FORMATS = ("html", "pdf", "md", "json")
NAMES = ("Benedetta Quill", "Beatrix Vole", "Bobbin Xylo")


@pytest.fixture
def made(cast: Cast) -> DecisionMap:
    """Of three people with names that no word of ours holds; two move, one dissents."""
    for person, name in zip(cast.team, NAMES, strict=True):
        person.name = name
        person.save()
    cast.quest = make_quest(event=cast.event, slug="shared", decisions=1, rounds=2)
    room = playing_room(cast)
    for options in ("AAB", "ABA"):
        for person, option in zip(cast.team, options, strict=True):
            vote(person, room, option, f"Reason for {option}.")
        if now(room).round == 1:
            vote_again(cast.ben, room)
    commit(cast.ben, room, "A")
    made = make_decision_map(room_id=room.pk)
    assert made
    return made


def share(made: DecisionMap, person: Any, *, shows_my_name: bool = False) -> MapShare:
    return share_map(by=seat_of(person), map_id=made.pk, shows_my_name=shows_my_name)


def path_of(link: MapShare) -> str:
    return f"/map/{token_of(link)}"


def faces(link: MapShare) -> dict[str, bytes]:
    """All that an outsider gets: the page, and each file."""
    outsider = Client()
    found = {"page": outsider.get(path_of(link)).content}
    for each in FORMATS:
        answer = outsider.get(f"{path_of(link)}/file?format={each}")
        assert answer.status_code == 200, each
        found[each] = answer.content
    return found


class TestNames:
    def test_no_name_is_in_any_shared_face(self, cast: Cast, made: DecisionMap):
        found = faces(share(made, cast.ben))
        found["pdf data"] = pdf_data(made)
        for face, content in found.items():
            for name in (word for full in NAMES for word in full.split()):
                assert name.encode() not in content, (face, name)
        for face in ("page", "html", "md", "json", "pdf data"):
            for member in (b"Member A", b"Member B", b"Member C"):
                assert member in found[face], (face, member)

    def test_the_makers_own_name_is_there_if_they_want_that_and_no_other(self, cast: Cast, made: DecisionMap):
        found = faces(share(made, cast.bea, shows_my_name=True))
        for face in ("page", "html", "md", "json"):
            assert NAMES[1].encode() in found[face], face
            assert NAMES[0].encode() not in found[face], face
            assert NAMES[2].encode() not in found[face], face

    def test_the_document_says_the_same_but_for_the_names(self, cast: Cast, made: DecisionMap):
        outside = pseudonymised(made.document)
        assert [member.pop("name") for member in outside["members"]] == ["Member A", "Member B", "Member C"]
        inside = {**made.document, "members": [dict(member) for member in made.document["members"]]}
        assert [member.pop("name") for member in inside["members"]] == list(NAMES)
        said = made.document["passage"]
        for name, pseudonym in zip(NAMES, ("Member A", "Member B", "Member C"), strict=True):
            said = said.replace(name, pseudonym)
        assert outside == {**inside, "passage": said, "is_nameless": True}
        assert not [name for name in NAMES if name in said]

    def test_it_does_not_change_the_teams_own_document(self, cast: Cast, made: DecisionMap):
        pseudonymised(made.document)
        assert [member["name"] for member in made.document["members"]] == list(NAMES)

    def test_the_digest_is_that_of_what_is_shown_and_not_the_teams(self, cast: Cast, made: DecisionMap):
        found = faces(share(made, cast.ben))
        digest = hashlib.sha256(found["json"]).hexdigest()
        assert digest.encode() in found["page"]
        assert digest.encode() in found["md"]
        # With it anybody could try names until it fits.
        assert not [face for face, content in found.items() if made.digest.encode() in content]


def pdf_data(made: DecisionMap) -> bytes:
    """What the typesetter is given: the PDF itself is compressed."""
    shown = ShownMap.for_outside(MapShare.objects.get())
    return json.dumps([paper_of(shown), preview_of(shown)]).encode()


class TestTheSharedPage:
    def test_anybody_reads_it(self, cast: Cast, made: DecisionMap):
        path = path_of(share(made, cast.ben))
        for client in (Client(), browser_of(cast.cleo), browser_of(cast.bea)):
            answer = client.get(path)
            assert answer.status_code == 200
            assert "Reason for A." in answer.content.decode()

    def test_no_search_engine_keeps_it_and_no_site_learns_its_address(self, cast: Cast, made: DecisionMap):
        path = path_of(share(made, cast.ben))
        for each in (path, f"{path}/file?format=md", f"{path}/preview.png"):
            headers = Client().get(each).headers
            assert headers["X-Robots-Tag"] == "noindex, nofollow", each
            assert headers["Referrer-Policy"] == "no-referrer", each
            assert "private" in headers["Cache-Control"], each
        assert '<meta name="robots" content="noindex, nofollow">' in Client().get(path).content.decode()

    def test_a_messenger_finds_its_title_its_words_and_its_picture(self, cast: Cast, made: DecisionMap):
        link = share(made, cast.ben)
        page = Client().get(path_of(link)).content.decode()
        said = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page))
        assert said["og:title"] == f"{made.document['quest']['title']} · Civic Weekend"
        assert said["og:description"].startswith("Three people made one decision.")
        assert said["og:image"] == f"{url_of(link)}/preview.png"
        assert said["twitter:card"] == "summary_large_image"
        picture = Client().get(f"{path_of(link)}/preview.png")
        assert (picture.headers["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")

    def test_another_format_is_refused(self, cast: Cast, made: DecisionMap):
        assert Client().get(f"{path_of(share(made, cast.ben))}/file?format=docx").status_code == 400

    def test_it_promises_one_statement(self, cast: Cast, made: DecisionMap):
        path = path_of(share(made, cast.ben))
        # The link with its map, room and event.
        keeps_its_promise("GET /map/{token}", 1, lambda: Client().get(path))


class TestWithdrawing:
    def test_a_withdrawn_link_says_so_everywhere(self, cast: Cast, made: DecisionMap):
        link = share(made, cast.ben)
        withdraw_my_share(by=seat_of(cast.ben), map_id=made.pk)
        for path in ("", "/file?format=pdf", "/preview.png"):
            answer = Client().get(path_of(link) + path)
            assert answer.status_code == 410, path
            page = answer.content.decode()
            assert "no longer shared" in page
            assert "ask whoever sent it" in page
            assert "Reason for" not in page

    @pytest.mark.parametrize("token", ["nope", "0" * 64, "%2e%2e", "x" * 500])
    def test_a_link_that_never_was_is_not_found(self, db: None, token: str):
        answer = Client().get(f"/map/{token}")
        assert answer.status_code == 404
        assert "leads to no map" in answer.content.decode()

    def test_withdrawing_again_changes_nothing(self, cast: Cast, made: DecisionMap):
        share(made, cast.ben)
        for _ in range(2):
            withdraw_my_share(by=seat_of(cast.ben), map_id=made.pk)
        assert AuditEntry.objects.filter(action="map.share_withdrawn").count() == 1

    def test_nobody_withdraws_a_team_mates_link(self, cast: Cast, made: DecisionMap):
        link = share(made, cast.ben)
        withdraw_my_share(by=seat_of(cast.bea), map_id=made.pk)
        assert Client().get(path_of(link)).status_code == 200

    def test_a_link_made_after_that_is_another_one(self, cast: Cast, made: DecisionMap):
        first = share(made, cast.ben)
        withdraw_my_share(by=seat_of(cast.ben), map_id=made.pk)
        second = share(made, cast.ben)
        assert Client().get(path_of(first)).status_code == 410
        assert Client().get(path_of(second)).status_code == 200

    def test_an_organiser_withdraws_it_in_the_console(self, cast: Cast, made: DecisionMap):
        link = share(made, cast.ben)
        path = f"/admin/rooms/mapshare/{link.pk}/withdraw/"
        assert "finds nothing any more" in console_of(cast.ada).get(path).content.decode()
        console_of(cast.ada).post(path, {"confirmed": "yes"})
        assert Client().get(path_of(link)).status_code == 410
        assert AuditEntry.objects.get(action="map.share_withdrawn").actor_id == cast.ada.pk
        assert withdraw_share(by=cast.ada, share_id=link.pk) is False

    def test_a_change_that_was_under_way_does_not_open_it_again(self, cast: Cast, made: DecisionMap, monkeypatch):
        link = share(made, cast.ben)

        def read_then_withdrawn(**asked: Any) -> MapShare | None:
            found = my_share(**asked)
            MapShare.objects.filter(pk=link.pk).update(withdrawn_at=timezone.now())
            return found

        monkeypatch.setattr("rooms.services.sharing.my_share", read_then_withdrawn)
        share_map(by=seat_of(cast.ben), map_id=made.pk, shows_my_name=True)
        assert Client().get(path_of(link)).status_code == 410

    def test_the_console_shows_nobody_the_link(self, cast: Cast, made: DecisionMap):
        link = share(made, cast.ben)
        for path in ("/admin/rooms/mapshare/", f"/admin/rooms/mapshare/{link.pk}/change/"):
            page = console_of(cast.ada).get(path).content.decode()
            assert token_of(link) not in page
            assert link.token_hash not in page


class TestMaking:
    def test_asking_again_gives_the_same_link(self, cast: Cast, made: DecisionMap):
        assert share(made, cast.ben).pk == share(made, cast.ben).pk
        assert AuditEntry.objects.filter(action="map.shared").count() == 1

    def test_asking_again_with_the_name_changes_what_the_link_shows(self, cast: Cast, made: DecisionMap):
        link = share(made, cast.ben)
        assert share(made, cast.ben, shows_my_name=True).pk == link.pk
        assert NAMES[0] in Client().get(path_of(link)).content.decode()
        share(made, cast.ben)
        assert NAMES[0] not in Client().get(path_of(link)).content.decode()

    def test_every_member_has_a_link_of_their_own(self, cast: Cast, made: DecisionMap):
        assert len({url_of(share(made, person)) for person in cast.team}) == 3

    def test_only_its_hash_is_kept(self, cast: Cast, made: DecisionMap):
        link = share(made, cast.ben)
        assert link.token_hash == hashlib.sha256(token_of(link).encode()).hexdigest()
        assert len(token_of(link)) == 64

    def test_another_server_key_makes_another_link(self, cast: Cast, made: DecisionMap):
        """Whoever has the database but not the key cannot make it."""
        link = share(made, cast.ben)
        old, page = path_of(link), f"/artifact/{made.pk}"
        with override_settings(SECRET_KEY="another key, as long as it needs to be, and not known to anybody"):
            assert path_of(link) != old
            assert Client().get(old).status_code == 200
            assert "cannot be shown again" in browser_of(cast.ben).get(page).content.decode()
            fresh = share(made, cast.ben)
            assert (Client().get(old).status_code, Client().get(path_of(fresh)).status_code) == (410, 200)

    def test_a_stranger_can_neither_make_nor_withdraw_one(self, cast: Cast, made: DecisionMap):
        for act in (share, lambda made, person: withdraw_my_share(by=seat_of(person), map_id=made.pk)):
            with pytest.raises(MapNotFound):
                act(made, cast.cleo)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.postgres
    def test_ten_clicks_at_once_make_one_link(self, cast: Cast, made: DecisionMap):
        links, together = [], threading.Barrier(10)

        def click() -> None:
            together.wait()
            links.append(url_of(share(made, cast.ben)))
            connection.close()

        threads = [threading.Thread(target=click) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(links), len(set(links)), MapShare.objects.count()) == (10, 1, 1)


class TestTheApi:
    def test_a_link_is_made_and_withdrawn(self, cast: Cast, made: DecisionMap):
        ben, path = ApiClient(cast.ben), f"/api/artifacts/{made.pk}/share"
        first, again = ben.send("POST", path, {}), ben.send("POST", path)
        assert first.status_code == again.status_code == 200
        assert first.json() == again.json()
        url = first.json()["url"]
        assert Client().get(f"/map/{url.rpartition('/')[2]}").status_code == 200
        assert ben.send("DELETE", path).status_code == ben.send("DELETE", path).status_code == 204
        assert Client().get(f"/map/{url.rpartition('/')[2]}").status_code == 410

    def test_it_takes_nothing_else(self, cast: Cast, made: DecisionMap):
        answer = ApiClient(cast.ben).send("POST", f"/api/artifacts/{made.pk}/share", {"show_all_names": True})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


class TestThePage:
    def test_it_says_before_what_is_shown_and_then_gives_the_link(self, cast: Cast, made: DecisionMap):
        ben, page = browser_of(cast.ben), f"/artifact/{made.pk}"
        before = ben.get(page).content.decode()
        assert "called Member A, Member B and so on" in before
        assert "if one of them names somebody, so does the shared map" in before
        part = ben.post(f"{page}/share", headers=PART).content.decode()
        link = MapShare.objects.get()
        assert url_of(link) in part
        assert "<svg" in part
        assert url_of(link) in ben.get(page).content.decode()
        assert "The link is withdrawn" in ben.post(f"{page}/share/withdraw", headers=PART).content.decode()

    def test_without_a_script_it_works_too(self, cast: Cast, made: DecisionMap):
        ben, page = browser_of(cast.ben), f"/artifact/{made.pk}"
        answer = ben.post(f"{page}/share", {"show_my_name": "yes"})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}#share")
        assert MapShare.objects.get().kept_place == 1
        ben.post(f"{page}/share/withdraw")
        assert not MapShare.objects.standing().exists()

    def test_a_team_mate_is_not_shown_my_link(self, cast: Cast, made: DecisionMap):
        link = share(made, cast.ben)
        assert token_of(link) not in browser_of(cast.bea).get(f"/artifact/{made.pk}").content.decode()

"""Making, finding and leaving a party on pages, and what a party changes on the pages of the queue."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.utils import timezone

from echoroom.events.models import Participant
from echoroom.events.tests.browser import PART, browser_of
from echoroom.events.tests.factories import ParticipantFactory
from matching.models import MOST_MEMBERS, Party, PartyMember, Ticket
from matching.services.parties import join_party, leave_party
from matching.services.queueing import join_queue, leave_queue
from matching.tests.factories import make_party_of
from rooms.tests.factories import make_people, make_quest, make_room
from tests.cast import Cast
from tests.queries import keeps_its_promise


def page_of(person: Participant, path: str = "/party") -> str:
    answer = browser_of(person).get(path)
    assert answer.status_code == 200
    return text_of(answer)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def unsigned(answer: Any) -> str:
    """A page without what is another one each time: the tokens of its forms."""
    assert answer.status_code == 200
    return re.sub(r'csrf[^>]*>|name="key"[^>]*>', "", text_of(answer), flags=re.IGNORECASE)


def queue(cast: Cast, person: Participant) -> None:
    join_queue(by=cast.viewer(person), quest_id=cast.quest.pk)


def leads_to(answer: Any) -> str:
    return str(json.loads(answer.headers["HX-Location"])["path"])


class TestWithoutAParty:
    def test_both_ways_into_one_are_offered(self, cast: Cast):
        page = page_of(cast.ben)
        assert "Queue with people you know." in page
        assert "The code of their party" in page
        assert "Make a party" in page

    @pytest.mark.parametrize("headers", [{}, PART])
    def test_making_one_leads_to_it(self, cast: Cast, headers: dict[str, str]):
        answer = browser_of(cast.ben).post("/party", headers=headers)
        assert answer.headers.get("Location") == "/party" or leads_to(answer) == "/party"
        page = page_of(cast.ben)
        assert "You are the first of your party." in page
        assert Party.objects.get().code in page

    def test_a_code_brings_in(self, cast: Cast):
        code = make_party_of(cast.bea).code
        answer = browser_of(cast.ben).post("/party/join", {"code": code.lower()})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/party")
        page = page_of(cast.ben)
        assert "There are two of you." in page
        assert "Bea" in page

    @pytest.mark.parametrize("headers", [{}, PART])
    def test_a_wrong_code_is_said_beside_it_and_stays_typed(self, cast: Cast, headers: dict[str, str]):
        answer = browser_of(cast.ben).post("/party/join", {"code": "NOPE<1>"}, headers=headers)
        assert answer.status_code == 404
        assert 'value="NOPE&lt;1&gt;"' in text_of(answer)
        assert 'aria-invalid="true" aria-describedby="problem"' in text_of(answer)
        assert "No such party" in text_of(answer)
        assert ("<html" in text_of(answer)) == (not headers)
        assert answer.headers.get("HX-Retarget") == ("#party-code" if headers else None)

    def test_a_full_a_waiting_and_a_dissolved_party_say_so(self, cast: Cast):
        full = make_party_of(*make_people(cast.event, MOST_MEMBERS))
        waiting = make_party_of(cast.bea)
        queue(cast, cast.bea)
        gone = make_party_of(cast.cleo)
        leave_party(by=cast.viewer(cast.cleo))
        browser = browser_of(cast.ben)
        said = [
            text_of(browser.post("/party/join", {"code": party.code}, headers=PART)) for party in (full, waiting, gone)
        ]
        assert "This party is full" in said[0]
        assert "This party waits for a team already" in said[1]
        assert "This party has dissolved" in said[2]
        assert not PartyMember.objects.filter(participant=cast.ben).exists()

    def test_too_many_tries_are_refused_in_words(self, cast: Cast):
        browser = browser_of(cast.ben)
        answers = [browser.post("/party/join", {"code": "NOPE"}) for _ in range(21)]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert "You tried to come into parties too often" in text_of(answers[-1])

    def test_a_link_fills_the_code_in_and_changes_nothing(self, cast: Cast):
        code = make_party_of(cast.bea).code
        assert f'value="{code}"' in page_of(cast.ben, f"/party?code={code}")
        assert not PartyMember.objects.filter(participant=cast.ben).exists()

    def test_a_link_finds_whoever_has_not_entered_yet_after_they_have(self, cast: Cast):
        answer = browser_of().get("/party?code=ABC")
        assert answer.headers["Location"] == "/?next=/party%3Fcode%3DABC"
        nameless = ParticipantFactory.create(event=cast.event, name="")
        assert browser_of(nameless).get("/party?code=ABC").headers["Location"] == "/profile?next=/party%3Fcode%3DABC"

    def test_whoever_waits_alone_is_led_back_to_the_queue(self, cast: Cast):
        queue(cast, cast.ben)
        page = page_of(cast.ben)
        assert "by yourself. Leave that queue first." in page
        assert "Make a party" not in page
        assert f'data-live-topic="queue:{cast.quest.pk}"' in page


class TestInAParty:
    def test_its_people_its_code_and_its_link_are_shown(self, cast: Cast, settings):
        party = make_party_of(cast.ben, cast.bea)
        page = page_of(cast.ben)
        assert f"{settings.PUBLIC_URL}/party?code={party.code}" in page
        assert "<svg" in page
        assert "two more people" in page
        assert len(re.findall('class="seat"', page)) == 2
        assert page.count("<small>you</small>") == 1

    def test_a_full_one_offers_no_code_any_more(self, cast: Cast):
        people = make_people(cast.event, MOST_MEMBERS)
        party = make_party_of(*people)
        page = page_of(people[0])
        assert "Your party is full." in page
        assert party.code not in page

    def test_one_that_waits_leads_to_the_queue_and_offers_no_code(self, cast: Cast):
        party = make_party_of(cast.ben, cast.bea)
        queue(cast, cast.bea)
        page = page_of(cast.ben)
        assert "Your party waits for a team." in page
        assert party.code not in page
        assert f'data-live-topic="queue:{cast.quest.pk}"' in page

    def test_the_code_of_others_is_not_taken_for_ones_own(self, cast: Cast):
        other = make_party_of(cast.cleo).code
        own = make_party_of(cast.ben).code
        assert f'You came with the code <b class="room-code">{other}</b>' in page_of(cast.ben, f"/party?code={other}")
        assert "You came with the code" not in page_of(cast.ben, f"/party?code={own}")

    def test_leaving_it(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        assert browser_of(cast.ben).post("/party/leave").headers["Location"] == "/party"
        assert "Queue with people you know." in page_of(cast.ben)
        assert "You are the first of your party." in page_of(cast.bea)

    def test_names_are_never_markup(self, cast: Cast):
        Participant.objects.filter(pk=cast.bea.pk).update(name="<script>alert(1)</script>")
        make_party_of(cast.ben, cast.bea)
        for path in ("/party", f"/quest/{cast.quest.pk}"):
            page = page_of(cast.ben, path)
            assert "&lt;script&gt;" in page
            assert "<script>alert" not in page

    def test_only_the_name_of_a_mate_is_shown(self, cast: Cast):
        Participant.objects.filter(pk=cast.bea.pk).update(gender="her secret", organisation="Acme", country="DE")
        make_party_of(cast.ben, cast.bea)
        page = page_of(cast.ben)
        assert "her secret" not in page
        assert "Acme" not in page

    @pytest.mark.parametrize("where", ["party", "quest", "spin", "room", "people"])
    def test_no_page_of_others_tells_a_gender(self, cast: Cast, where: str):
        make_party_of(cast.ben, cast.bea)
        paths = {
            "party": "/party",
            "quest": f"/quest/{cast.quest.pk}",
            "spin": "/spin",
            "room": f"/room/{cast.room(started=False).code}" if where == "room" else "",
            "people": f"/people/{cast.bea.pk}",
        }
        if where == "spin":
            queue(cast, cast.ben)
        browser = browser_of(cast.ben)
        before = unsigned(browser.get(paths[where]))
        Participant.objects.filter(pk=cast.bea.pk).update(gender="two-spirit", gender_category="non_binary")
        assert unsigned(browser.get(paths[where])) == before


class TestNews:
    def test_a_mate_who_comes_in_appears(self, cast: Cast):
        party = make_party_of(cast.ben)
        browser = browser_of(cast.ben)
        first = browser.get("/party/news?stage=together", headers=PART)
        again = {**PART, "If-None-Match": first.headers["ETag"]}
        assert browser.get("/party/news?stage=together", headers=again).status_code == 304
        join_party(by=cast.viewer(cast.bea), code=party.code)
        news = text_of(browser.get("/party/news?stage=together", headers=again))
        assert "There are two of you." in news
        assert "In your party: Ben, Bea." in news

    def test_the_page_tells_which_state_it_shows(self, cast: Cast):
        make_party_of(cast.ben)
        browser = browser_of(cast.ben)
        page = text_of(browser.get("/party"))
        etag = browser.get("/party/news", headers=PART).headers["ETag"]
        assert f"data-etag='{etag.replace(chr(34), '&quot;')}'" in page
        assert 'data-stage="together"' in page

    def test_whoever_reads_of_their_party_goes_along_into_the_queue(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        queue(cast, cast.bea)
        browser = browser_of(cast.ben)
        assert leads_to(browser.get("/party/news?stage=together", headers=PART)) == "/spin"
        assert "Your party waits" in text_of(browser.get("/party/news?stage=waiting", headers=PART))

    def test_whoever_reads_of_the_quest_goes_along_too(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        path = f"/spin/action/{cast.quest.pk}?stage=free"
        browser = browser_of(cast.ben)
        free = browser.get(path, headers=PART)
        assert "Find our team" in text_of(free)
        assert browser.get(path, headers={**PART, "If-None-Match": free.headers["ETag"]}).status_code == 304
        queue(cast, cast.bea)
        assert leads_to(browser.get(path, headers=PART)) == "/spin"
        assert "You wait for a team with <bdi>Bea</bdi>" in text_of(
            browser.get(path.replace("free", "taken"), headers=PART)
        )

    def test_a_party_of_ones_own_is_news_to_the_quests_page(self, cast: Cast):
        path = f"/spin/action/{cast.quest.pk}?stage=free"
        browser = browser_of(cast.ben)
        first = browser.get(path, headers=PART).headers["ETag"]
        make_party_of(cast.ben)
        assert "You are alone in your party" in text_of(browser.get(path, headers={**PART, "If-None-Match": first}))

    def test_another_quest_does_not_pull_anybody_away(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        queue(cast, cast.bea)
        other = make_quest(event=cast.event, slug="other")
        answer = browser_of(cast.ben).get(f"/spin/action/{other.pk}?stage=free", headers=PART)
        assert "Leave that queue first" in text_of(answer)

    @pytest.mark.parametrize("path", ["/badges", "/profile", "/world", "/me"])
    def test_every_page_hears_of_the_queue_into_which_the_party_goes(self, cast: Cast, path: str):
        """Without it the place would be given up, as nobody would be seen there."""
        make_party_of(cast.ben, cast.bea)
        assert 'hx-get="/spin/notice"' in page_of(cast.ben, path)
        browser = browser_of(cast.ben)
        assert text_of(browser.get("/spin/notice", headers=PART)).strip() == ""
        queue(cast, cast.bea)
        notice = text_of(browser.get("/spin/notice", headers=PART))
        assert "You wait for a team for" in notice
        assert f'data-live-topic="queue:{cast.quest.pk}"' in notice

    def test_the_queue_itself_and_a_room_need_no_notice(self, cast: Cast):
        queue(cast, cast.ben)
        room = make_room(cast.quest, [cast.bea, cast.bob])
        assert "/spin/notice" not in page_of(cast.ben, "/spin")
        assert "/spin/notice" not in page_of(cast.bea, f"/room/{room.code}")


class TestPagesOfTheQueue:
    def test_the_button_says_for_whom_it_looks(self, cast: Cast):
        path = f"/quest/{cast.quest.pk}"
        assert "Find my team" in page_of(cast.ben, path)
        make_party_of(cast.ben)
        assert "You are alone in your party so far." in page_of(cast.ben, path)
        leave_party(by=cast.viewer(cast.ben))
        make_party_of(cast.ben, cast.bea, cast.bob)
        page = page_of(cast.ben, path)
        assert "You queue with <bdi>Bea</bdi> and <bdi>Bob</bdi>: all of you or nobody." in page
        assert "Find our team" in page

    def test_pressing_it_queues_everybody(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        browser_of(cast.ben).post("/spin", {"quest": str(cast.quest.pk)})
        assert Ticket.objects.waiting().count() == 2
        assert "You queue with <bdi>Ben</bdi> and end up in one team." in page_of(cast.bea, "/spin")
        assert "Leave the queue, all of us" in page_of(cast.bea, "/spin")

    def test_a_party_that_does_not_fit_is_told_what_to_do(self, cast: Cast):
        make_party_of(*cast.team)
        whole = browser_of(cast.ben).post("/spin", {"quest": str(cast.quest.pk)})
        assert whole.status_code == 409
        assert "Your party is too large for this quest" in text_of(whole)
        assert 'href="/party"' in text_of(whole)
        toast = browser_of(cast.ben).post("/spin", {"quest": str(cast.quest.pk)}, headers=PART)
        assert "parties of 2 at most" in text_of(toast)

    def test_the_waiting_page_knows_who_has_left_the_party(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        queue(cast, cast.ben)
        browser = browser_of(cast.ben)
        first = browser.get("/spin/news", headers=PART).headers["ETag"]
        leave_party(by=cast.viewer(cast.bea))
        assert "You queue with" not in text_of(browser.get("/spin/news", headers={**PART, "If-None-Match": first}))
        assert "You left the queue" in page_of(cast.bea, "/spin")

    def test_whose_party_has_left_the_queue_is_told_so(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        queue(cast, cast.ben)
        leave_queue(by=cast.viewer(cast.bea))
        assert "Your party left the queue" in page_of(cast.ben, "/spin")

    def test_a_party_that_was_joined_since_has_left_no_queue(self, cast: Cast):
        make_party_of(cast.ben)
        queue(cast, cast.ben)
        leave_party(by=cast.viewer(cast.ben))
        make_party_of(cast.cleo, cast.ben)
        assert "You left the queue" in page_of(cast.ben, "/spin")

    def test_a_mate_of_whom_sight_was_lost_is_not_waited_with(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        queue(cast, cast.ben)
        Ticket.objects.filter(participant=cast.bea).update(state="expired", ended_at=timezone.now())
        assert "You queue with" not in page_of(cast.ben, "/spin")
        page = page_of(cast.ben)
        assert "Your party waits for a team." in page
        assert page.count("lost sight of") == 1

    def test_a_mate_who_changes_their_name_is_read_again(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        queue(cast, cast.ben)
        browser = browser_of(cast.ben)
        first = browser.get("/spin/news", headers=PART).headers["ETag"]
        Participant.objects.filter(pk=cast.bea.pk).update(name="Beatrice")
        assert "Beatrice" in text_of(browser.get("/spin/news", headers={**PART, "If-None-Match": first}))

    def test_the_ways_to_it_are_where_people_look(self, cast: Cast):
        for path in ("/world", "/me", f"/quest/{cast.quest.pk}"):
            assert 'href="/party"' in page_of(cast.ben, path)


class TestStatements:
    @pytest.fixture(params=[2, MOST_MEMBERS], ids=["two", "full"])
    def browser(self, request: pytest.FixtureRequest, cast: Cast):
        make_party_of(cast.ben, *make_people(cast.event, request.param - 1))
        larger = make_quest(event=cast.event, slug="larger", team_size=5, team_max=5)
        join_queue(by=cast.viewer(cast.ben), quest_id=larger.pk)
        return browser_of(cast.ben)

    def test_however_many_are_in_it(self, browser):
        # The person and the party.
        keeps_its_promise("GET /party", 2, lambda: browser.get("/party"))
        keeps_its_promise("GET /party/news", 1, lambda: browser.get("/party/news", headers=PART))
        keeps_its_promise("GET /spin/notice", 1, lambda: browser.get("/spin/notice", headers=PART))
        # Quest, queue, playing, party.
        path = f"/spin/action/{Ticket.objects.all()[0].quest_id}"
        browser.get(path, headers=PART)
        keeps_its_promise("GET /spin/action", 4, lambda: browser.get(path, headers=PART))
        # One more than for who waits alone.
        keeps_its_promise("GET /spin", 5, lambda: browser.get("/spin"))

    def test_without_one(self, cast: Cast):
        browser = browser_of(cast.ben)
        # The person, no party, no queue.
        keeps_its_promise("GET /party", 3, lambda: browser.get("/party"))

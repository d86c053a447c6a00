"""The page on which somebody says with whom they would rather not be in a team."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from echoroom.events.models import Participant
from echoroom.events.tests.browser import PART, browser_of
from echoroom.events.tests.console import play_to_the_end
from matching.models import Block
from matching.services.blocking import MOST_BLOCKS, block
from rooms.tests.factories import make_people, make_quest, make_room
from tests.cast import Cast
from tests.queries import keeps_its_promise

PATH = "/rather-not"


def page_of(person: Participant) -> str:
    answer = browser_of(person).get(PATH)
    assert answer.status_code == 200
    return answer.content.decode()


def parts_of(page: str) -> tuple[str, str]:
    """The list, and whom one has met."""
    listed, met = page.split("With whom you have been in a room", 1)
    return listed.split('id="blocked"', 1)[1], met


def test_an_empty_list_says_what_will_be_here(cast: Cast):
    listed, met = parts_of(page_of(cast.ben))
    assert "Nobody is on it." in listed
    assert "The people of your rooms appear here" in met


def test_the_people_of_ones_rooms_are_offered(cast: Cast):
    make_room(cast.quest, [cast.ben, cast.bea])
    listed, met = parts_of(page_of(cast.ben))
    assert "Bea" in met
    assert "Bea" not in listed
    assert "Cleo" not in met


@pytest.mark.parametrize("headers", [{}, PART])
def test_somebody_is_put_on_the_list_and_taken_back(cast: Cast, headers: dict[str, str]):
    make_room(cast.quest, [cast.ben, cast.bea])
    browser = browser_of(cast.ben)
    answer = browser.post(PATH, {"person": str(cast.bea.pk)}, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    listed, met = parts_of(answer.content.decode() if headers else page_of(cast.ben))
    assert "Bea" in listed
    assert "Bea" not in met
    assert "Nobody else yet." in met
    browser.post(f"{PATH}/undo", {"person": str(cast.bea.pk)}, headers=headers)
    assert "Nobody is on it." in page_of(cast.ben)
    assert not Block.objects.exists()


@pytest.mark.parametrize("path", [PATH, f"{PATH}/undo"])
@pytest.mark.parametrize("person", ["", "Bea", "5f0c6b1e-0000-4000-8000-000000000000"])
def test_nobody_is_not_found(cast: Cast, path: str, person: str):
    answer = browser_of(cast.ben).post(path, {"person": person}, headers=PART)
    assert answer.status_code == 404
    assert "No such person" in answer.content.decode()


def test_a_full_list_is_said_in_words(cast: Cast):
    Block.objects.bulk_create(
        Block(blocker=cast.ben, blocked=person) for person in make_people(cast.event, MOST_BLOCKS)
    )
    answer = browser_of(cast.ben).post(PATH, {"person": str(cast.bea.pk)}, headers=PART)
    assert answer.status_code == 409
    assert "Take somebody back first" in answer.content.decode()
    assert f"{MOST_BLOCKS} of {MOST_BLOCKS} at most" in page_of(cast.ben)


def test_names_are_never_markup(cast: Cast):
    Participant.objects.filter(pk=cast.bea.pk).update(name="<img src=x>")
    make_room(cast.quest, [cast.ben, cast.bea])
    assert "<img" not in page_of(cast.ben)


def test_it_is_reached_from_ones_own_page_and_from_a_finished_room(cast: Cast):
    room = play_to_the_end(cast.event, cast.quest, cast.team)
    for path in ("/me", f"/room/{room.code}"):
        assert f'href="{PATH}"' in browser_of(cast.ben).get(path).content.decode()
    assert "Bea" in parts_of(page_of(cast.ben))[1]


@pytest.mark.parametrize("path", ["/me", PATH, "/party", "/spin", "/world", "/badges", "room"])
def test_whoever_is_blocked_sees_the_same_pages_as_before(cast: Cast, path: str):
    room = make_room(cast.quest, [cast.ben, cast.bea])
    Participant.objects.update(version=7)
    browser = browser_of(cast.bea)

    def seen() -> bytes:
        # The token of its forms and the name of the next message are others on each page.
        page = browser.get(f"/room/{room.code}" if path == "room" else path).content
        return re.sub(rb'csrf[^>]*>|name="key"[^>]*>', b"", page, flags=re.IGNORECASE)

    before = seen()
    block(by=cast.viewer(cast.ben), participant_id=cast.bea.pk)
    assert seen() == before


def test_a_long_list_costs_as_much_as_a_short_one(cast: Cast):
    people = make_people(cast.event, 12)
    for number, person in enumerate(people):
        make_room(make_quest(event=cast.event, slug=f"quest-{number}"), [cast.ben, person])
        cast.ben.memberships.update(is_playing=False, left_at=timezone.now())
        if number % 2:
            block(by=cast.viewer(cast.ben), participant_id=person.pk)
    browser = browser_of(cast.ben)
    # The person, whom they met, and the list.
    keeps_its_promise(f"GET {PATH}", 3, lambda: browser.get(PATH))
    keeps_its_promise(f"POST {PATH}", 10, lambda: browser.post(PATH, {"person": str(people[0].pk)}, headers=PART))

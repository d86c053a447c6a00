"""A finished room in which every text tries to be something else, on the live pages: the team's and the shared one."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest

from echoroom.events.services.seats import seat_of
from echoroom.events.tests.browser import browser_of
from rooms.faces.shown import ShownMap
from rooms.models import DecisionMap
from rooms.services.sharing import share_map, token_of
from rooms.tests.hostile import NAMES, hostile_cast, hostile_map
from rooms.tests.test_faces import texts_of, words
from tests.cast import Cast

PSEUDONYMS = ("Member A", "Member B", "Member C", "Member D", "Member E")
# Where a page of ours leads to: itself, its own site, and nowhere by script.
OURS = re.compile(r"^(?:[/#?]|http://testserver/|http://127\.0\.0\.1)")
LEADING = {"href", "src", "action", "hx-get", "hx-post", "srcset", "poster", "formaction", "data"}
# What the frame of a page needs, and no more than that of it whatever people wrote.
ACTIVE = {"script", "iframe", "img", "object", "embed", "style", "base", "svg", "math", "form", "template", "input"}


class Seen(HTMLParser):
    """What a browser would make of a page: its tags with their attributes, and the text between them."""

    def __init__(self, made: bytes) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.directions: list[str] = []
        self.feed(made.decode())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "bdi":
            self.directions.append("")

    def handle_data(self, data: str) -> None:
        self.said.append(data)
        if self.directions and self.directions[-1] == "":
            self.directions[-1] = data

    @property
    def text(self) -> str:
        return words("".join(self.said))

    @property
    def active(self) -> dict[str, int]:
        return {tag: count for tag, count in self.tags.items() if tag in ACTIVE}


@pytest.fixture
def cast(db: None) -> Cast:
    """Five people with names from right to left, in Chinese and Korean characters, with markup in all of them."""
    return hostile_cast()


@pytest.fixture
def made(cast: Cast) -> DecisionMap:
    return hostile_map(cast)


def pages(cast: Cast, made: DecisionMap) -> dict[str, Seen]:
    share = share_map(by=seat_of(cast.team[0]), map_id=made.pk, shows_my_name=False)
    answers = {
        "team": browser_of(cast.team[1]).get(f"/artifact/{made.pk}"),
        "shared": browser_of().get(f"/map/{token_of(share)}"),
    }
    assert {answer.status_code for answer in answers.values()} == {200}
    return {who: Seen(answer.content) for who, answer in answers.items()}


def harmless(made: DecisionMap) -> None:
    """The same map with the same votes, in which nobody wrote anything that is more than a word."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: "word" if key in TOLD else plain(each) for key, each in value.items()}
        return [plain(each) for each in value] if isinstance(value, list) else value

    DecisionMap.objects.filter(pk=made.pk).update(document={**plain(made.document), "passage": "A passage."})


TOLD = {"name", "title", "question", "description", "impact", "trade_off", "context", "justification", "summary"}


def test_every_text_is_there_whole_on_both_pages_and_names_on_the_teams_only(cast: Cast, made: DecisionMap):
    seen = pages(cast, made)
    texts = texts_of(ShownMap.of(made))
    assert [text[:60] for text in texts if words(text) not in seen["team"].text] == []
    rest = [text for text in texts if text not in NAMES]
    assert [text[:60] for text in rest if words(text) not in seen["shared"].text] == []
    assert [name for name in NAMES if words(name) in seen["shared"].text] == []
    assert [name for name in PSEUDONYMS if name not in seen["shared"].text] == []


def test_nothing_that_people_wrote_becomes_an_element_or_leads_away(cast: Cast, made: DecisionMap):
    hostile = pages(cast, made)
    type(cast.event).objects.filter(pk=cast.event.pk).update(name="Event")
    harmless(made)
    plain = pages(cast, made)
    for who, page in hostile.items():
        assert page.active == plain[who].active, who
        assert [name for name, _ in page.attributes if name.startswith("on")] == []
        assert [value for name, value in page.attributes if name in LEADING and not OURS.match(value)] == []


def test_each_name_keeps_its_own_direction(cast: Cast, made: DecisionMap):
    page = pages(cast, made)["team"]
    isolated = [words(text) for text in page.directions]
    # In the team, in its votes, and wherever else a name stands in a line of ours.
    assert all(isolated.count(words(name)) >= 5 for name in NAMES)

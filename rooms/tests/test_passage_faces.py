"""In every face of a map the same passage says how the team differed: pages and files, the team's and the shared."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from echoroom.events.services.seats import seat_of
from echoroom.events.tests.browser import browser_of
from rooms.faces.files import FACES
from rooms.faces.paper import paper_of
from rooms.faces.shown import ShownMap
from rooms.models import DecisionMap
from rooms.passage import passage_of
from rooms.selectors.decision_maps import digest_of
from rooms.services.decision_maps import make_decision_map
from rooms.services.sharing import share_map, url_of
from rooms.tests.factories import make_quest
from rooms.tests.hostile import hostile_map
from rooms.tests.moves import commit, everyone_votes, playing_room, vote_again
from rooms.tests.test_faces import Reader, read_markdown
from rooms.tests.test_pages_map import made_map
from rooms.tests.typeset import Typeset
from tests.cast import Cast

# Nobody sees them: they keep names in their direction, and let long words be broken.
UNSEEN = re.compile("[\u200b\u2060\u2068\u2069]")


def unanimous(cast: Cast) -> DecisionMap:
    return made_map(cast, "AAA", "AAA")


def split(cast: Cast) -> DecisionMap:
    return made_map(cast, "AAA", "AAB", "ABA")


def dissenting_committer(cast: Cast) -> DecisionMap:
    """Bob had voted for B, and commits to the A of the others."""
    cast.quest = make_quest(event=cast.event, slug="against", decisions=1)
    room = playing_room(cast)
    everyone_votes(cast.team, room, "AAB")
    commit(cast.bob, room, "A")
    made = make_decision_map(room_id=room.pk)
    assert made
    return made


def changed_minds(cast: Cast) -> DecisionMap:
    """Bea and Bob move after talking, in one decision each."""
    cast.quest = make_quest(event=cast.event, slug="moved", decisions=2, rounds=2)
    room = playing_room(cast)
    for number, (first, second) in enumerate((("ABA", "AAA"), ("AAB", "AAA")), start=1):
        everyone_votes(cast.team, room, first)
        vote_again(cast.ben, room, decision=number)
        everyone_votes(cast.team, room, second)
        commit(cast.ben, room, "A")
    made = make_decision_map(room_id=room.pk)
    assert made
    return made


# What was played → the passage, as a person reads it.
PASSAGES: dict[Callable[[Cast], DecisionMap], str] = {
    unanimous: (
        "Three people made two decisions. "
        "They were of one mind each time from the first vote: nobody voted for anything else."
    ),
    split: (
        "Three people made three decisions. They were of one mind on one and split on two. "
        "Each time it was two to one. {Bea} and {Bob} dissented once each: two votes of nine for something else."
    ),
    dissenting_committer: (
        "Three people made one decision. They were split over “Step 1”, two to one. "
        "{Bob} dissented once: one vote of three for something else. "
        "{Bob} made the commit over “Step 1”, against their own vote."
    ),
    changed_minds: (
        "Three people made two decisions. "
        "In the end they were of one mind each time, though the first votes on two decisions were split. "
        "After talking, two votes moved: {Bea} and {Bob} once each."
    ),
}
OWN = {"Bea": "Bea", "Bob": "Bob"}
PSEUDONYMS = {"Bea": "Member B", "Bob": "Member C"}


def seen(text: str) -> str:
    return " ".join(UNSEEN.sub("", text).split())


def of_page(made: bytes) -> str:
    return "".join(Reader(made).said)


def of_markdown(made: bytes) -> str:
    return "".join(token.content for token in read_markdown(made.decode()) if token.type in {"text", "text_special"})


def of_json(made: bytes) -> str:
    """The one field, and not whatever else stands in the document."""
    return str(json.loads(made)["passage"])


READ = {"html": of_page, "md": of_markdown, "json": of_json}


def of_pdf(shown: ShownMap, folder: Path) -> str:
    return Typeset(folder, "map.typ", paper_of(shown)).said()


@pytest.mark.parametrize("played", PASSAGES, ids=lambda played: played.__name__)
class TestEveryFace:
    def test_the_teams_own(self, cast: Cast, tmp_path: Path, played: Callable[[Cast], DecisionMap]):
        made, ben = played(cast), browser_of(cast.ben)
        expected = PASSAGES[played].format(**OWN)
        assert expected in seen(of_page(ben.get(f"/artifact/{made.pk}").content))
        for face, read in READ.items():
            assert expected in seen(read(ben.get(f"/artifact/{made.pk}/file?format={face}").content)), face
        assert expected in seen(of_pdf(ShownMap.of(made), tmp_path))

    def test_the_shared_one_without_names(self, cast: Cast, tmp_path: Path, played: Callable[[Cast], DecisionMap]):
        made = played(cast)
        share = share_map(by=seat_of(cast.ben), map_id=made.pk, shows_my_name=False)
        path = url_of(share).removeprefix("http://").partition("/")[2]
        anybody, expected = browser_of(), PASSAGES[played].format(**PSEUDONYMS)
        page = anybody.get(f"/{path}").content
        assert expected in seen(of_page(page))
        # What a messenger shows beside the link.
        described = re.findall(r'<meta (?:name|property)="(?:og:)?description" content="([^"]*)"', page.decode())
        assert [seen(each) for each in described] == [expected] * 2
        for face, read in READ.items():
            assert expected in seen(read(anybody.get(f"/{path}/file?format={face}").content)), face
        assert expected in seen(of_pdf(ShownMap.for_outside(share), tmp_path))


def test_the_passage_is_part_of_what_is_digested(cast: Cast):
    made = changed_minds(cast)
    assert made.document["passage"] == passage_of(made.document)
    told_otherwise: Any = {**made.document, "passage": "They agreed."}
    assert digest_of(told_otherwise) != made.digest == digest_of(made.document)


def test_a_hostile_rooms_passage_is_whole_in_every_face(db: None, tmp_path: Path):
    shown = ShownMap.of(hostile_map())
    expected = "".join(seen(passage_of(shown.document)).split())
    for face, read in READ.items():
        assert expected in "".join(seen(read(FACES[face].make(shown))).split()), face
    assert expected in "".join(seen(of_pdf(shown, tmp_path)).split())

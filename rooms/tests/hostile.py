"""A finished room of five in which every text tries to be something else than a text."""

from __future__ import annotations

from echoroom.accounts.tests.factories import UserFactory
from echoroom.events.models import Participant
from echoroom.events.tests.factories import ParticipantFactory
from rooms.models import DecisionMap, Room
from rooms.quest_files import DecisionSpec, OptionSpec
from rooms.services.decision_maps import make_decision_map
from rooms.tests.factories import make_quest
from rooms.tests.moves import commit, playing_room, vote, vote_again
from tests.cast import Cast, make_cast

MARKUP = "<script>alert(1)</script> #panic() *bold* _it_ $x^2$ @ref [l](javascript:x) `c` | {{ 7*7 }}"
# An option's title has eighty characters at most.
TITLE = "<script>alert(1)</script> #panic() *b* $x$ @r [l](javascript:x) |"
NAMES = (
    "نور الدين <script>alert(1)</script>",
    "דוד *bold* [x](javascript:alert(1))",
    "王小明 #panic() $x$",
    "김하늘 @ref <ref> | cell",
    "\u202eZoë ![i](http://evil.example/x.png) \\ `c` 😀",
)
REASONS = (
    "أعتقد أن هذا الخيار هو الأفضل للجميع. " + MARKUP,
    "זו האפשרות הטובה ביותר עבור כולם. " + MARKUP,
    "我认为这个方案对大家最好。這個方案比較好。私はこれがいいと思います。" + MARKUP,
    "이 방법이 모두에게 가장 좋다고 생각합니다. " + MARKUP,
    "# Heading\n- item\n1. one\n```\ncode\n```\n> quote\n| a | b |\n|---|---|\n    code\n"
    "यह सबसे अच्छा है। Ελληνικά, кириллица.\n"
    "<img src=x onerror=alert(1)>\nwww.evil.example https://evil.example a@evil.example\n---\n&lt;b&gt; " + MARKUP,
)
LENGTH = 4000


def long_reason(place: int) -> str:
    """4,000 characters: the text of this place again and again, numbered so that none repeats another."""
    text = ""
    number = 1
    while len(text) < LENGTH:
        text += f"{REASONS[place]} ({place + 1}.{number})\n\n"
        number += 1
    return text[: LENGTH - 1] + "."


def hostile_cast() -> Cast:
    cast = make_cast()
    cast.event.name, cast.event.brand_colour, cast.event.time_zone = f"Eve {MARKUP}", "#0b7a75", "Europe/Berlin"
    cast.event.save()
    people = [ParticipantFactory.create(event=cast.event, user=UserFactory.create(name=name)) for name in NAMES]
    cast.team = people
    cast.quest = make_quest(
        event=cast.event,
        slug="hostile",
        title=f"Q {MARKUP}",
        summary=MARKUP,
        rounds=2,
        team_size=5,
        team_max=5,
        decisions=tuple(_decision(number) for number in (1, 2)),
    )
    return cast


def _decision(number: int) -> DecisionSpec:
    options = tuple(
        OptionSpec(title=f"{key} {TITLE}", description=MARKUP, impact=MARKUP, trade_off=MARKUP, risks=(MARKUP, MARKUP))
        for key in "ABC"
    )
    return DecisionSpec(
        title=f"{number} <b>*bold*</b> #x() שלום",
        question=f"{number}? {MARKUP}",
        context=MARKUP,
        options=options,
    )


def hostile_map(cast: Cast | None = None) -> DecisionMap:
    """Two decisions with two rounds: people move, one dissents, and each reason has 4,000 characters."""
    cast = cast or hostile_cast()
    room = playing_room(cast)
    for number in (1, 2):
        _everyone_votes(cast.team, room, "AABBC")
        vote_again(cast.team[0], room, decision=number)
        _everyone_votes(cast.team, room, "AABAA")
        commit(cast.team[0], room, "A")
    made = make_decision_map(room_id=room.pk)
    assert made is not None
    return made


def _everyone_votes(people: list[Participant], room: Room, options: str) -> None:
    for place, (person, option) in enumerate(zip(people, options, strict=True)):
        vote(person, room, option, long_reason(place))

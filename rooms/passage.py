"""A decision map's document in sentences: how the team differed, who moved, and what became of it.

Pure words over the canonical document, which keeps them, so that all its faces say the same.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from echoroom.events.templatetags.echo import in_words

Document = dict[str, Any]
# Whatever somebody is called, these must be the only ones in a sentence of ours.
TURNING = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def passage_of(document: Document) -> str:
    """Three to six sentences that stand at the top of every face."""
    decided = [decision for decision in document["decisions"] if decision["commit"]]
    names = {place: _called(person) for place, person in people_of(document).items()}
    opening = f"{capital(team_of(document))} made {_count(len(decided), 'decision', 'decisions')}."
    said = [
        opening,
        _agreement(decided),
        _closest(decided),
        _movement(decided, names),
        _dissent(decided, names),
        _against_themselves(decided, names),
    ]
    return " ".join(filter(None, said))


def with_passage(document: Document) -> Document:
    """The document with its passage in it, told anew: whoever changes a name in it comes through here."""
    return {**document, "passage": passage_of(document)}


def passage_in(document: Document) -> str:
    """The passage that the document keeps; maps of before it did are told now, and keep their digest."""
    kept: str | None = document.get("passage")
    return passage_of(document) if kept is None else kept


def people_of(document: Document) -> dict[int, Document]:
    """Place → who sat there, and whether that was a practice bot."""
    return {
        member["place"]: {"place": member["place"], "name": member["name"], "is_bot": bool(member.get("is_bot"))}
        for member in document["members"]
    }


def team_of(document: Document) -> str:
    """Who played, with practice bots counted apart."""
    bots = sum(1 for member in document["members"] if member.get("is_bot"))
    people = _count(len(document["members"]) - bots, "person", "people")
    return f"{people} and {_count(bots, 'practice bot', 'practice bots')}" if bots else people


def _called(person: Document) -> str:
    # Isolated, so that a name written from right to left leaves the sentence in order.
    name = " ".join(person["name"].translate(TURNING).split())
    return f"\u2068{name}\u2069{' (practice bot)' if person['is_bot'] else ''}"


def _titled(decision: Document) -> str:
    return f"“\u2068{' '.join(decision['title'].translate(TURNING).split())}\u2069”"


def _agreement(decided: list[Document]) -> str:
    split = [decision for decision in decided if decision["commit"]["dissent"]]
    of_one_mind = len(decided) - len(split)
    if not split:
        return _unanimity(decided)
    if len(split) == 1:
        rest = ", and of one mind on the rest" if of_one_mind else ""
        return f"They were split over {_titled(split[0])}, {_shape(split[0])}{rest}."
    start = f"They were of one mind on {in_words(of_one_mind)} and split" if of_one_mind else "They were split"
    return f"{start} on {in_words(len(split))}."


def _unanimity(decided: list[Document]) -> str:
    """Of one mind from the start is something else than of one mind in the end, and one vote is no agreement."""
    if not decided:
        return ""
    if any(sum(decision["commit"]["tally"].values()) < 2 for decision in decided):
        return "Nobody voted against what was chosen, but not everything had more than one vote."
    each_time = " each time" if len(decided) > 1 else ""
    at_first = [decision for decision in decided if _leaning(decision["rounds"][0]["tally"])[1]]
    if not at_first:
        return f"They were of one mind{each_time} from the first vote: nobody voted for anything else."
    where = _titled(at_first[0]) if len(at_first) == 1 else _count(len(at_first), "decision", "decisions")
    return f"In the end they were of one mind{each_time}, though the first votes on {where} were split."


def _shape(decision: Document) -> str:
    """The last vote as it was counted: "two to one", "two, one and one"; and whether the fewer prevailed."""
    commit = decision["commit"]
    counts = sorted((count for count in commit["tally"].values() if count), reverse=True)
    words = [in_words(count) for count in counts]
    chosen = commit["tally"].get(commit["option"], 0)
    if not chosen:
        return f"where all {words[0]} had voted for something else" if len(words) == 1 else "where nobody chose it"
    shape = f"{words[0]} to {words[1]}" if len(words) == 2 else listed(words)
    return f"{shape}, and the fewer prevailed" if chosen < counts[0] else shape


def _leaning(tally: dict[str, int]) -> tuple[int, int]:
    """The two largest counts."""
    counts = sorted(tally.values(), reverse=True)
    return counts[0], counts[1] if len(counts) > 1 else 0


def _closest(decided: list[Document]) -> str:
    split = [decision for decision in decided if decision["commit"]["dissent"]]
    if len(split) < 2:
        return ""
    if len({_margin(decision) for decision in split}) == 1:
        shapes = {_shape(decision) for decision in split}
        return f"Each time it was {shapes.pop()}." if len(shapes) == 1 else ""
    closest = min(split, key=_margin)
    return f"It was closest over {_titled(closest)}, {_shape(closest)}."


def _margin(decision: Document) -> float:
    """How far the first option was ahead of the second, as a share of the votes."""
    tally: dict[str, int] = decision["commit"]["tally"]
    first, second = _leaning(tally)
    return float(first - second) / sum(tally.values())


def _movement(decided: list[Document], names: dict[int, str]) -> str:
    moved = [(decision, shift) for decision in decided for shift in decision["shifts"]]
    if not moved:
        again = any(len(decision["rounds"]) > 1 for decision in decided)
        return "They voted a second time, and nobody changed their mind." if again else ""
    if len(moved) == 1:
        decision, shift = moved[0]
        where = f"from {shift['from']} to {shift['to']} over {_titled(decision)}"
        return f"After talking, {names[shift['place']]} moved {where}."
    times = Counter(shift["place"] for _, shift in moved)
    return f"After talking, {in_words(len(moved))} votes moved: {_who(times, names, '')}."


def _dissent(decided: list[Document], names: dict[int, str]) -> str:
    times = Counter(place for decision in decided for place in decision["commit"]["dissent"])
    if not times:
        return ""
    votes = sum(sum(decision["commit"]["tally"].values()) for decision in decided)
    share = f"{_count(sum(times.values()), 'vote', 'votes')} of {in_words(votes)}"
    return f"{_who(times, names, ' dissented')}: {share} for something else."


def _against_themselves(decided: list[Document], names: dict[int, str]) -> str:
    """Whoever wrote the team's choice down although they had voted for another."""
    against = [each for each in decided if each["commit"]["author"] in each["commit"]["dissent"]]
    if not against:
        return ""
    if len(against) == 1:
        name = names[against[0]["commit"]["author"]]
        return f"{name} made the commit over {_titled(against[0])}, against their own vote."
    times = Counter(decision["commit"]["author"] for decision in against)
    return f"{_who(times, names, ' made the commit')}, against their own vote."


def _who(times: Counter[int], names: dict[int, str], did: str) -> str:
    """ "Ben dissented twice and Bea once", "Ben and Bea dissented once each"; the most frequent first."""
    (first, most), *others = ranked = sorted(times.items(), key=lambda item: (-item[1], item[0]))
    if others and len(set(times.values())) == 1:
        return f"{listed([names[place] for place, _ in ranked])}{did} {_times(most)} each"
    return listed(
        [f"{names[first]}{did} {_times(most)}", *(f"{names[place]} {_times(count)}" for place, count in others)]
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{in_words(count)} times")


def _count(number: int, one: str, many: str) -> str:
    return f"{in_words(number)} {one if number == 1 else many}"


def listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]

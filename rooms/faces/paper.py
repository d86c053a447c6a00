"""What the typesetter is given of a map: plain data, in which every text of a person is a value and never source."""

from __future__ import annotations

from typing import Any

from echoroom.events.templatetags.echo import hue
from rooms.faces.shown import ShownMap
from rooms.faces.texts import breakable, isolated, lines_of, one_line, plain, runs_right_to_left
from rooms.pages.map_sentences import commit_words, facts_of, proof_words, round_note, round_title, time_words
from rooms.pages.map_view import Document, decisions_of, rule_name
from rooms.passage import passage_in, people_of

Paper = dict[str, Any]
BOT = "practice bot"


def paper_of(shown: ShownMap) -> Paper:
    document = shown.document
    people = people_of(document)
    early = {member["place"] for member in document["members"] if member["left_early"]}
    return {
        "title": one_line(document["quest"]["title"]),
        "heading": _told(document["quest"]["title"]),
        "event": _inline(document["event"]["name"]),
        "room": document["room"]["code"],
        "passage": _sentence(passage_in(document)),
        "members": [_named(person, left_early=place in early) for place, person in people.items()],
        "completed": time_words(document["room"]["completed_at"], shown.zone),
        "rule": rule_name(document),
        "decisions": [_decision(decision, shown) for decision in decisions_of(document)],
        "digest": shown.digest,
        "proof": proof_words(shown.digest, is_nameless=shown.is_nameless),
        "colours": shown.colours,
    }


def _decision(decision: Document, shown: ShownMap) -> Paper:
    chosen, commit = decision["chosen"], decision["commit"]
    return {
        "number": decision["number"],
        "title": _told(decision["title"]),
        "question": _told(decision["question"]),
        "chosen": chosen and _chosen(chosen),
        "facts": [{"label": label, "text": _told(text)} for label, text in facts_of(chosen)] if chosen else [],
        "author": commit and _named(commit["by"]),
        "by": commit and commit_words(commit, shown.zone),
        "split": decision["split"],
        "dissent": [_named(person) for person in decision["dissent"]],
        "rounds": [_round(decision, each, shown) for each in reversed(decision["rounds"])],
    }


def _chosen(option: Document) -> Paper:
    return {"key": option["key"], "title": _told(option["title"]), "description": _told(option["description"])}


def _round(decision: Document, each: Document, shown: ShownMap) -> Paper:
    shifts = decision["shifts"] if each["round"] == 2 else []
    return {
        "title": round_title(decision, each),
        "note": round_note(each, shown.zone),
        "shifts": [{**_named(shift), "from": shift["from"], "to": shift["to"]} for shift in shifts],
        "results": [_result(row, each["total"]) for row in each["results"]],
        "unchosen": [{"key": option["key"], "title": _inline(option["title"])} for option in each["unchosen"]],
    }


def _result(row: Document, total: int) -> Paper:
    return {
        "key": row["option"]["key"],
        "title": _told(row["option"]["title"]),
        "on": row["is_committed"],
        "count": row["count"],
        "total": total,
        "share": row["share"],
        "voices": [{**_named(vote), "said": _told(vote["justification"])} for vote in row["votes"]],
    }


def _told(text: str) -> Paper:
    """A text that stands alone, with the direction that its first letter gives it."""
    return {"lines": [breakable(line) for line in lines_of(text)], "rtl": runs_right_to_left(plain(text))}


def _sentence(text: str) -> Paper:
    # Our own words: the isolates in it are ours too.
    return {"lines": [breakable(text)], "rtl": False}


def _inline(text: str) -> str:
    return breakable(isolated(text))


def _named(person: Document, *, left_early: bool = False) -> Paper:
    notes = [BOT] * person["is_bot"] + ["left early"] * left_early
    return {"name": _inline(person["name"]), "hue": hue(person["place"]), "note": ", ".join(notes)}

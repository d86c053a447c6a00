"""A decision map's document, arranged for its faces."""

from __future__ import annotations

from typing import Any

from rooms.pages.results import round_share
from rooms.pages.rule_words import RULES
from rooms.passage import people_of

Document = dict[str, Any]


def decisions_of(document: Document) -> list[Document]:
    people = people_of(document)
    return [_decision(decision, people) for decision in document["decisions"]]


def rule_name(document: Document) -> str:
    return RULES[document["quest"]["rule"]][0]


def _decision(decision: Document, people: dict[int, Document]) -> Document:
    options = {option["key"]: option for option in decision["options"]}
    commit = decision["commit"]
    return {
        **decision,
        "rounds": [_round(each, options, people, commit) for each in decision["rounds"]],
        "shifts": [{**shift, **people[shift["place"]]} for shift in decision["shifts"]],
        "split": _split(commit["tally"]) if commit else "",
        "chosen": options[commit["option"]] if commit else None,
        "commit": commit and {**commit, "by": people[commit["author"]]},
        "dissent": [people[place] for place in commit["dissent"]] if commit else [],
    }


def _split(tally: dict[str, int]) -> str:
    # No line ends between a key and its count.
    return ", ".join(f"{key}\u00a0{count}" for key, count in sorted(tally.items()) if count)


def _round(each: Document, options: Document, people: dict[int, Document], commit: Document | None) -> Document:
    total = len(each["votes"])
    rows = []
    for key, count in sorted(each["tally"].items(), key=lambda item: (-item[1], item[0])):
        votes = [{**vote, **people[vote["place"]]} for vote in each["votes"] if vote["option"] == key]
        rows.append(
            {
                "option": options[key],
                "count": count,
                "share": round_share(count, total),
                "votes": votes,
                "is_committed": bool(commit) and commit is not None and commit["option"] == key,
            }
        )
    return {
        **each,
        "total": total,
        "results": [row for row in rows if row["count"]],
        "unchosen": [row["option"] for row in rows if not row["count"]],
    }

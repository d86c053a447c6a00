"""The decision map as Markdown (CommonMark with GitHub's tables). What people wrote cannot become markup in it."""

from __future__ import annotations

import re

from rooms.faces.shown import ShownMap
from rooms.faces.texts import END, ISOLATE, lines_of, one_line
from rooms.pages.map_sentences import commit_words, facts_of, proof_words, round_note, round_title, time_words
from rooms.pages.map_view import Document, decisions_of, rule_name
from rooms.passage import passage_in, people_of

# Whatever begins emphasis, code, a link, a table's cell, mathematics, an emoji's name or a footnote.
SPECIAL = re.compile(r"[\\`*_\[\]|~$^#!{}]")
# `https:`, `:smile:` and a time are alike to a regular expression; a colon before a space is left as it is.
COLON = re.compile(r":(?=\S)")
# Only at a line's beginning: a list, a heading's underline, a numbered item.
BEGINS_BLOCK = re.compile(r"^([-+=]|\d{1,9}(?=[.)]))")
WWW = re.compile(r"(www)\.", re.IGNORECASE)
# Nobody sees it, and it keeps an address or a mention from being one.
JOINER = "\u2060"
BAR_CELLS = 20


def markdown_of(shown: ShownMap) -> bytes:
    document = shown.document
    parts = [
        f"# {_inline(document['quest']['title'])}",
        f"Decision map · {_inline(document['event']['name'])} · room {document['room']['code']}",
        escaped(passage_in(document)),
        _facts(document, shown),
        _ledger(document),
        *(_decision(decision, shown) for decision in decisions_of(document)),
        "---",
        proof_words(f"`{shown.digest}`", is_nameless=shown.is_nameless),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def escaped(text: str) -> str:
    """One line of text that any Markdown reader shows as it is: no markup, no HTML, no link made of an address."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = SPECIAL.sub(r"\\\g<0>", text)
    text = COLON.sub(r"\:", text).replace("@", f"@{JOINER}")
    text = WWW.sub(rf"\1{JOINER}.", text)
    return BEGINS_BLOCK.sub(_defused, text)


def _defused(found: re.Match[str]) -> str:
    return f"\\{found[1]}" if not found[1].isdigit() else f"{found[1]}\\"


def _inline(text: str) -> str:
    """A name or a title in the middle of a line, kept in its own direction."""
    return f"{ISOLATE}{escaped(one_line(text))}{END}"


def _quoted(text: str) -> str:
    """People's own words as a quotation, line by line."""
    lines = [f"{ISOLATE}{escaped(line)}{END}" if line else "" for line in lines_of(text)]
    following = [*lines[1:], ""]
    # A backslash at a line's end is a line break; before an empty line it would be a backslash.
    ends = ["\\" if line and after else "" for line, after in zip(lines, following, strict=True)]
    return "\n".join(f"> {line}{end}".rstrip(" ") for line, end in zip(lines, ends, strict=True))


def _named(person: Document) -> str:
    return f"**{_inline(person['name'])}**{' (practice bot)' if person['is_bot'] else ''}"


def _facts(document: Document, shown: ShownMap) -> str:
    people = people_of(document)
    team = [
        _named(people[member["place"]]) + (" (left early)" if member["left_early"] else "")
        for member in document["members"]
    ]
    return "\n".join(
        [
            f"- The team: {', '.join(team)}",
            f"- Completed: {time_words(document['room']['completed_at'], shown.zone)}",
            f"- The rule for a commit: {rule_name(document).lower()}",
        ]
    )


def _ledger(document: Document) -> str:
    rows = ["| Decision | Committed to | Votes |", "| --- | --- | --- |"]
    for decision in decisions_of(document):
        chosen = decision["chosen"]
        committed = f"**{chosen['key']}** {_inline(chosen['title'])}" if chosen else "not decided"
        rows.append(f"| {decision['number']}. {_inline(decision['title'])} | {committed} | {decision['split']} |")
    return "\n".join(rows)


def _decision(decision: Document, shown: ShownMap) -> str:
    parts = [f"## {decision['number']}. {_inline(decision['title'])}", _inline(decision["question"])]
    chosen, commit = decision["chosen"], decision["commit"]
    if chosen:
        parts.append(f"**Committed to {chosen['key']}: {_inline(chosen['title'])}**")
        if chosen["description"]:
            parts.append(_quoted(chosen["description"]))
        parts.append(f"Committed by {_named(commit['by'])} {commit_words(commit, shown.zone)}")
        parts.append(_of_the_option(chosen))
    if decision["dissent"]:
        named = _listed([_named(person) for person in decision["dissent"]], "and")
        parts.append(f"**Dissent:** {named} had voted otherwise. The reasons stand below.")
    parts += [_round(decision, each, shown) for each in reversed(decision["rounds"])]
    return "\n\n".join(filter(None, parts))


def _of_the_option(option: Document) -> str:
    facts = facts_of(option)
    return "\n".join(f"- {label or 'Risks'}: {_inline(text)}" for label, text in facts)


def _round(decision: Document, each: Document, shown: ShownMap) -> str:
    parts = [f"### {round_title(decision, each)}", round_note(each, shown.zone)]
    if each["round"] == 2 and decision["shifts"]:
        moves = [f"- {_named(shift)} moved from {shift['from']} to {shift['to']}." for shift in decision["shifts"]]
        parts.append("\n".join(moves))
    parts += [_result(row, each["total"]) for row in each["results"]]
    if each["unchosen"]:
        options = [f"**{option['key']}** {_inline(option['title'])}" for option in each["unchosen"]]
        parts.append(f"No vote for {_listed(options, 'or')}.")
    return "\n\n".join(parts)


def _result(row: Document, total: int) -> str:
    filled = round(BAR_CELLS * row["count"] / total)
    bar = "█" * filled + "░" * (BAR_CELLS - filled)
    committed = " · committed" if row["is_committed"] else ""
    head = f"#### {row['option']['key']} {_inline(row['option']['title'])}"
    voices = [f"{_named(vote)}\n\n{_quoted(vote['justification'])}" for vote in row["votes"]]
    return "\n\n".join([head, f"{bar} {row['count']} of {total}{committed}", *voices])


def _listed(words: list[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"

"""A small Pol.is export, written where a test wants it."""

from __future__ import annotations

from pathlib import Path

AGREE, DISAGREE, PASS = 1, -1, 0

STATEMENTS = {
    0: "Trams should stop at the market.",
    1: "The market should be quiet, even if that is dear.",
    2: "Tickets are too dear.",
    3: "Buses can do what trams do.",
    4: "The old bridge carries no tram.",
    5: "Cyclists need a lane of their own.",
    6: "Nobody has an opinion on this.",
}


def said(person: int, statement: int) -> int:
    """Something of everything, and the same in every run."""
    return (AGREE, DISAGREE, PASS, AGREE)[(person + statement) % 4]


def write_export(directory: Path, *, people: int = 7, of_the_second_quest: int = 4) -> Path:
    """Two quests of three: statements 0 to 2 for all people, 3 to 5 for the first few of them."""
    rows = [
        (1000 + person, statement, person, said(person, statement))
        for statement in range(6)
        for person in range(1, (people if statement < 3 else of_the_second_quest) + 1)
    ]
    # Person 1 has changed their mind: the later vote counts. The row stands first, as order does not matter.
    rows.insert(0, (9000, 0, 1, PASS))
    votes = "".join(f"{when},x,{statement},{person},{vote}\n" for when, statement, person, vote in rows)
    comments = "".join(f'1,x,{number},0,0,0,1,"{text}"\n' for number, text in STATEMENTS.items())
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "summary.csv").write_text("topic,Trams for the old town\nvoters,7\n", "utf-8")
    (directory / "comments.csv").write_text(
        f"timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n{comments}", "utf-8"
    )
    (directory / "votes.csv").write_text(f"timestamp,datetime,comment-id,voter-id,vote\n{votes}", "utf-8")
    return directory

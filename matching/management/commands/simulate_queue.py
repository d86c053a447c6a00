from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from matching.former import Terms, Weights
from matching.simulation.arrivals import Pattern, arrivals
from matching.simulation.people import AttributesInvalid, Profile, drawn, made_up, read_attributes
from matching.simulation.queue import Simulated, SimulatedQueue, arriving, with_rounds
from matching.simulation.report import as_text, report_on

MOST_PEOPLE, MOST_HOURS = 50_000, 48
REWRITE = "\r\x1b[K"


class Command(BaseCommand):
    help = (
        "Simulate one queue with the real team-former: arrivals by a pattern, a tick a virtual second. Prints waits, "
        "teams, diversity and how true the shown forecasts were. The same seed gives the same figures."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pattern", choices=[str(pattern) for pattern in Pattern], default=str(Pattern.POISSON))
        parser.add_argument("--people", type=int, metavar="N", help="how many come (200)")
        parser.add_argument("--hours", type=float, metavar="H", help="within how long (1)")
        parser.add_argument("--rate", type=float, metavar="R", help="people an hour, instead of one of the two")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--team-min", type=int, default=2, metavar="N")
        parser.add_argument("--team-size", type=int, default=3, metavar="N", help="the ideal size (3)")
        parser.add_argument("--team-max", type=int, default=4, metavar="N")
        parser.add_argument("--patience", type=float, default=30, metavar="S", help="seconds (30)")
        parser.add_argument("--rounds", type=int, default=20, metavar="N", help="rounds of search in each tick (20)")
        parser.add_argument(
            "--attributes",
            type=Path,
            metavar="FILE.csv",
            help="who comes: columns country, organisation, occupation, skill, languages, gender, interests; an empty "
            "cell is unstated; several languages or interests with ; between them",
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        people, hours = how_many(options["people"], options["hours"], options["rate"])
        terms = terms_of(options)
        if options["rounds"] < 1 or options["seed"] < 0:
            raise CommandError("--rounds must be 1 or more, --seed 0 or more.")
        if path := options["json"]:
            check_writable(path)
        rng = np.random.default_rng(options["seed"])
        coming = arrivals(Pattern(options["pattern"]), people=people, duration=hours * 3600, rng=rng)
        profiles = drawn(self._profiles(options["attributes"], people, rng), coming.floods.tolist(), rng)
        queue = SimulatedQueue(
            arriving(coming, profiles, rng),
            terms=terms,
            weights=Weights(),
            seed=options["seed"],
            form=with_rounds(options["rounds"]),
        )
        report = report_on(queue.run(self._progress(people)), asked(options, people, hours))
        self.stdout.write(as_text(report), ending="")
        if path:
            path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")

    def _profiles(self, path: Path | None, people: int, rng: np.random.Generator) -> list[Profile]:
        if path is None:
            return made_up(people, rng)
        try:
            return read_attributes(path)
        except AttributesInvalid as error:
            raise CommandError(str(error)) from error

    def _progress(self, people: int) -> Any:
        self.stderr.style_func = None
        is_terminal = self.stderr.isatty()

        def tell(second: int, simulated: Simulated) -> None:
            ended = sum(place.ended is not None for place in simulated.places)
            text = f"minute {second // 60}: {ended} of {people} done, {len(simulated.teams)} teams"
            # Rewritten on a terminal; elsewhere a line every ten virtual minutes.
            if is_terminal:
                self.stderr.write(f"{REWRITE}{text}{REWRITE if ended == people else ''}", ending="")
                self.stderr.flush()
            elif second % 600 == 0:
                self.stderr.write(text)

        return tell


def check_writable(path: Path) -> None:
    """Before the run, which may be long. A file that is there stays as it is until then."""
    is_there = path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a").close()
        if not is_there:
            path.unlink()
    except OSError as error:
        raise CommandError(f"--json: {path} cannot be written ({error.strerror}). Name another file.") from error


def how_many(people: int | None, hours: float | None, rate: float | None) -> tuple[int, float]:
    """People and hours out of two of the three."""
    if None not in (people, hours, rate):
        raise CommandError("Give two of --people, --hours and --rate; the third follows.")
    if any(value is not None and not (isfinite(value) and value > 0) for value in (people, hours, rate)):
        raise CommandError("--people, --hours and --rate must be finite numbers above 0.")
    if rate is None:
        people, hours = people or 200, hours or 1.0
    elif people is None:
        people, hours = round(min(rate * (hours or 1.0), MOST_PEOPLE + 1)), hours or 1.0
    else:
        hours = people / rate
    assert people is not None
    assert hours is not None
    if not (1 <= people <= MOST_PEOPLE and hours <= MOST_HOURS):
        raise CommandError(f"That is {people} people in {hours:g} hours: 1 to {MOST_PEOPLE} in {MOST_HOURS} at most.")
    return people, hours


def terms_of(options: dict[str, Any]) -> Terms:
    minimum, size, maximum = options["team_min"], options["team_size"], options["team_max"]
    if not 2 <= minimum <= size <= maximum <= 5:
        raise CommandError("A team has 2 people at least and 5 at most: --team-min ≤ --team-size ≤ --team-max.")
    if not 0 < options["patience"] <= MOST_HOURS * 3600:
        raise CommandError(f"--patience must be above 0 seconds, and {MOST_HOURS * 3600} at most.")
    return Terms(minimum, size, maximum, options["patience"])


def asked(options: dict[str, Any], people: int, hours: float) -> dict[str, Any]:
    sizes = f"{options['team_min']}-{options['team_size']}-{options['team_max']}"
    return {
        "pattern": options["pattern"],
        "people": people,
        "hours": round(hours, 3),
        "seed": options["seed"],
        "teams": sizes,
        "patience": options["patience"],
        "rounds": options["rounds"],
        "attributes": str(options["attributes"] or "made up"),
    }

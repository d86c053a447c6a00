"""What came of a simulated queue: plain data for a file, and tables for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from matching.former import Team
from matching.simulation.queue import Place, Simulated
from matching.stats.success import Held, calibration_of
from matching.stats.tickets import Outcome, Seen

# A group's share of waits under the shown p90 says something from so many on; it should lie between these two.
ENOUGH = 50
AIM = (0.85, 0.95)


def report_on(simulated: Simulated, asked: dict[str, Any]) -> dict[str, Any]:
    """`asked` are the settings, repeated in the report."""
    places = simulated.places
    placed = [place for place in places if place.is_matched]
    return {
        "settings": asked,
        "seconds": simulated.seconds,
        "ticks": simulated.ticks,
        "placements": {"people": len(places), "placed": len(placed), "gave_up": len(places) - len(placed)},
        "waits": {"everybody": _waits(placed), **_by_group(placed)},
        "team_sizes": {str(n): k for n, k in sorted(Counter(len(team.tickets) for team in simulated.teams).items())},
        "score": _mean([(team.score, len(team.tickets)) for team in simulated.teams]),
        "diversity": _diversity(simulated.teams),
        "calibration": calibration_rows(places),
    }


def calibration_rows(places: Sequence[Place]) -> dict[str, dict[str, Any]]:
    """By group, the one with most people first; forecasts are judged as organisers see them judged."""
    people = Counter(place.group for place in places)
    held = {row.group: row for row in calibration_of(map(_seen, places))}
    return {
        group: _calibrated(count, held.get(group))
        for group, count in sorted(people.items(), key=lambda found: (-found[1], found[0]))
    }


def _seen(place: Place) -> Seen:
    wait = place.wait(place.ended or 0.0)
    outcome = Outcome.MATCHED if wait.is_matched else Outcome.LEFT
    return Seen(place.group, outcome, waited=wait.waited, since_joined=wait.waited, p90=wait.p90)


def _calibrated(people: int, held: Held | None) -> dict[str, Any]:
    told = held.forecasts if held else 0
    return {
        "people": people,
        "forecasts": told,
        "share_under_p90": round(held.share, 3) if held else None,
        "is_enough": told >= ENOUGH,
    }


def _by_group(placed: Sequence[Place]) -> dict[str, dict[str, float]]:
    groups = Counter(place.group for place in placed)
    return {name: _waits([p for p in placed if p.group == name]) for name, _ in groups.most_common()}


def _waits(placed: Sequence[Place]) -> dict[str, float]:
    waits = np.array([(place.ended or 0.0) - place.joined for place in placed] or [0.0])
    figures = {"average": waits.mean(), "p50": np.quantile(waits, 0.5), "p90": np.quantile(waits, 0.9)}
    return {name: round(float(value), 1) for name, value in {**figures, "longest": waits.max()}.items()}


def _diversity(teams: Sequence[Team]) -> dict[str, float | None]:
    """Per criterion the mean over everybody placed, each with their team's."""
    names = list(dict.fromkeys(name for team in teams for name in team.criteria))
    return {
        name: _mean([(team.criteria[name], len(team.tickets)) for team in teams if name in team.criteria])
        for name in names
    }


def _mean(weighted: Sequence[tuple[float, int]]) -> float | None:
    people = sum(weight for _, weight in weighted)
    return round(sum(value * weight for value, weight in weighted) / people, 3) if people else None


def as_text(report: dict[str, Any]) -> str:
    return "\n".join(
        [*_head(report), "", *_wait_table(report), "", *_teams(report), "", *_calibration_table(report), ""]
    )


def _head(report: dict[str, Any]) -> Iterable[str]:
    settings, counts = report["settings"], report["placements"]
    yield ", ".join(f"{name} {value}" for name, value in settings.items())
    yield (
        f"{counts['people']} people came, {counts['placed']} were placed, {counts['gave_up']} gave up; "
        f"{report['seconds']} virtual seconds, {report['ticks']} ticks with enough people"
    )


def _wait_table(report: dict[str, Any]) -> Iterable[str]:
    yield f"{'wait in seconds':<20}{'average':>10}{'p50':>10}{'p90':>10}{'longest':>10}"
    for name, row in report["waits"].items():
        yield f"{name:<20}" + "".join(f"{row[key]:>10.1f}" for key in ("average", "p50", "p90", "longest"))


def _teams(report: dict[str, Any]) -> Iterable[str]:
    yield "teams: " + (", ".join(f"{number} of {size}" for size, number in report["team_sizes"].items()) or "none")
    if report["score"] is not None:
        criteria = ", ".join(f"{name} {value:.2f}" for name, value in report["diversity"].items())
        yield f"mean score {report['score']:.3f}; {criteria}"


def _calibration_table(report: dict[str, Any]) -> Iterable[str]:
    yield f"{'forecasts':<20}{'people':>10}{'told':>10}{'under p90':>12}"
    for name, row in report["calibration"].items():
        share = "" if row["share_under_p90"] is None else f"{row['share_under_p90']:.1%}"
        yield f"{name:<20}{row['people']:>10}{row['forecasts']:>10}{share:>12}  {_verdict(row)}".rstrip()


def _verdict(row: dict[str, Any]) -> str:
    if not row["is_enough"]:
        return "too few to judge"
    return "" if AIM[0] <= row["share_under_p90"] <= AIM[1] else "out of aim"

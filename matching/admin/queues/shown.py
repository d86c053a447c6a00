"""Figures as the page shows them: every bar with its number, every number with its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from matching.advice_paths import path_of
from matching.forecast.words import duration, in_words
from matching.selectors.queue_figures import GenderLook, QueueFigures, group_in_words
from matching.stats.advice import Kind
from matching.stats.cells import Cell, Distribution
from matching.stats.health import Status, people
from matching.stats.rate import Rate, Trend
from matching.stats.success import Held
from matching.stats.waits import Waits

NONE = "–"
# Rows shown of a table; the API has all of them.
MOST_ROWS = 8
# Forecasts of a group below which a share says little.
ENOUGH_FORECASTS = 20
ICONS = {
    Status.GOOD: "check_circle",
    Status.QUIET: "bedtime",
    Status.WATCH: "visibility",
    Status.ALARM: "error",
    Status.HELD: "pause_circle",
    Status.CLOSED: "lock",
}
WORDS = {
    Status.GOOD: "All well",
    Status.QUIET: "Quiet",
    Status.WATCH: "Keep an eye on it",
    Status.ALARM: "Needs you",
    Status.HELD: "Held",
    Status.CLOSED: "Closed",
}
TRENDS = {
    Trend.RISING: "rising",
    Trend.FALLING: "falling",
    Trend.STEADY: "steady",
    Trend.TOO_FEW: "too few to tell a trend",
}
ACTIONS = {
    Kind.RELEASE: "Release",
    Kind.TICK: "Run a tick",
    Kind.INVITE: "Show the QR codes",
    Kind.OPEN_QUEST: "Look at the quests",
    Kind.LOWER_SIZE: "Change the size",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """`share` is of the longest bar, in per cent; `count` is empty where it is hidden."""

    label: str
    count: str
    share: int


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    bars: list[Bar]
    note: str


@dataclass(frozen=True, slots=True)
class Column:
    """One minute of the chart of matches, in its units."""

    x: int
    y: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Tip:
    text: str
    evidence: str
    action: str
    path: str
    # Posts to one of the queue's own actions instead of leading anywhere.
    posts: str


@dataclass(frozen=True, slots=True)
class WaitRow:
    group: str
    waiting: int
    matched: int
    average: str
    p50: str
    p90: str
    longest: str


@dataclass(frozen=True, slots=True)
class Calibrated:
    group: str
    under: str
    share: str
    remark: str


@dataclass(frozen=True, slots=True)
class Shown:
    quest_id: UUID
    title: str
    version: int
    at: datetime
    status: str
    status_words: str
    icon: str
    reason: str
    held: bool
    is_open: bool
    is_busy: bool
    sizes: list[int]
    size: int
    key: list[tuple[str, str]]
    tips: list[Tip]
    columns: list[Column]
    rate_words: str
    charts: list[Chart]
    waits: list[WaitRow]
    more_groups: int
    calibration: list[Calibrated]


def shown(queue: QueueFigures, *, event_id: UUID) -> Shown:
    figures, health = queue.figures, queue.figures.health
    rows = [_waits(row) for row in figures.waits]
    return Shown(
        quest_id=queue.quest_id,
        title=queue.title,
        version=queue.version,
        at=queue.at,
        status=health.status.value,
        status_words=WORDS[health.status],
        icon=ICONS[health.status],
        reason=health.reason,
        held=queue.held_at is not None,
        is_open=queue.is_open,
        is_busy=queue.is_busy,
        sizes=list(range(2, queue.team_max + 1)),
        size=queue.team_size,
        key=_key(queue),
        tips=_tips(queue, event_id),
        columns=_columns(figures.rate),
        rate_words=_rate_words(figures.rate),
        charts=_charts(queue),
        waits=rows[:MOST_ROWS],
        more_groups=max(0, len(rows) - MOST_ROWS),
        calibration=[_calibrated(row) for row in figures.calibration[:MOST_ROWS]],
    )


def _key(queue: QueueFigures) -> list[tuple[str, str]]:
    figures = queue.figures
    return [
        ("Wait now", str(figures.waiting)),
        ("Longest now", _seconds(figures.all_waits.longest_now)),
        ("Half within", _seconds(figures.all_waits.p50)),
        ("Nine in ten within", _seconds(figures.all_waits.p90)),
        ("Matched a minute", f"{figures.rate.per_minute:.1f}"),
        ("Got a team", _percent(figures.success.share)),
    ]


def _tips(queue: QueueFigures, event_id: UUID) -> list[Tip]:
    posts = {Kind.RELEASE: "queue-release", Kind.TICK: "queue-tick"}
    return [
        Tip(
            text=each.text,
            evidence=each.evidence,
            action=ACTIONS[each.kind],
            # The size is chosen in the queue's own form.
            path=f"#size-{queue.quest_id}"
            if each.kind is Kind.LOWER_SIZE
            else path_of(each, event_id=event_id, quest_id=queue.quest_id),
            posts=posts.get(each.kind, ""),
        )
        for each in queue.figures.advice
    ]


def _columns(rate: Rate) -> list[Column]:
    """Thirty minutes in a drawing of 300 by 60."""
    most, last = max(rate.minutes, default=0), len(rate.minutes)
    columns = []
    for number, count in enumerate(rate.minutes):
        height = round(56 * count / most, 1) if most else 0.0
        ago = last - number - 1
        when = "this minute" if ago == 0 else f"{ago} min ago"
        columns.append(Column(number * 10, round(60 - height, 1), height, f"{when}: {people(count)}"))
    return columns


def _rate_words(rate: Rate) -> str:
    total = sum(rate.minutes)
    if not total:
        return "Nobody was matched in the last 30 minutes."
    teams = f"{in_words(rate.teams)} {'team' if rate.teams == 1 else 'teams'}"
    return (
        f"{people(total).capitalize()} in {teams} in the last 30 minutes. "
        f"In the last ten {rate.per_minute:.1f} a minute, in the ten before {rate.before:.1f}: {TRENDS[rate.trend]}."
    )


def _charts(queue: QueueFigures) -> list[Chart]:
    languages = _bars(queue.language.cells)
    return [
        _gender(queue.gender, queue.figures.waiting),
        Chart("Country", _bars(queue.country.cells), _note(queue.country)),
        Chart("Language", languages, "Who speaks several is counted in each." if languages else ""),
        Chart("Skill", _bars(queue.skill.cells), ""),
    ]


def _gender(look: GenderLook, waiting: int) -> Chart:
    found = look.distribution
    if found is None or look.at is None:
        return Chart("Gender", [], "Shown once five people wait." if waiting else "")
    hidden = ""
    if found.together is not None:
        hidden = (
            f"{people(found.together).capitalize()} stand in groups too small to show. "
            if found.cells
            else ("The groups are too small to show. ")
        )
    return Chart(
        "Gender",
        _bars(found.cells),
        f"{hidden}Of {found.people} who waited; counted anew once enough have come or gone.",
    )


def _note(found: Distribution) -> str:
    return "As people show it." if found.cells else ""


def _bars(cells: Sequence[Cell]) -> list[Bar]:
    most = max((cell.count or 0 for cell in cells), default=0)
    listed = [
        Bar(cell.key, str(cell.count), round(100 * cell.count / most))
        if cell.count is not None
        else Bar(cell.key, "", 0)
        for cell in cells[:MOST_ROWS]
    ]
    rest = cells[MOST_ROWS:]
    # Several languages of one person are several cells: a sum would count them twice.
    return [*listed, Bar(f"and {len(rest)} more", "", 0)] if rest else listed


def _waits(row: Waits) -> WaitRow:
    return WaitRow(
        group=group_in_words(row.group),
        waiting=row.waiting,
        matched=row.matched,
        average=_seconds(row.average),
        p50=_seconds(row.p50),
        p90=_seconds(row.p90),
        longest=_seconds(row.longest),
    )


def _calibrated(row: Held) -> Calibrated:
    if row.forecasts < ENOUGH_FORECASTS:
        remark = "too few to judge"
    elif row.share < 0.85:
        remark = "promises too much"
    else:
        remark = "as it should be" if row.share <= 0.95 else "promises too little"
    return Calibrated(group_in_words(row.group), f"{row.under} of {row.forecasts}", _percent(row.share), remark)


def _seconds(seconds: float | None) -> str:
    return NONE if seconds is None else duration(round(seconds))


def _percent(share: float | None) -> str:
    return NONE if share is None else f"{round(100 * share)} %"


@dataclass(frozen=True, slots=True)
class Overall:
    """All queues of an event together."""

    waiting: int
    matched: int
    success: str
    longest: str
    alarms: int

    @classmethod
    def of(cls, queues: Sequence[QueueFigures]) -> Overall:
        ended = sum(queue.figures.success.ended for queue in queues)
        matched = sum(queue.figures.success.matched for queue in queues)
        longest = [wait for queue in queues if (wait := queue.figures.all_waits.longest_now) is not None]
        return cls(
            waiting=sum(queue.figures.waiting for queue in queues),
            matched=matched,
            success=_percent(matched / ended if ended else None),
            longest=_seconds(max(longest, default=None)),
            alarms=sum(queue.figures.health.status is Status.ALARM for queue in queues),
        )

"""What a tick would have done with other weights: wait against diversity, before anybody changes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from echoroom.accounts.models import User
from echoroom.refusals import Refusal
from matching.admin.queues.access import context_of, for_organisers
from matching.errors import TickNotFound, WeightsAllZero, WeightWrong
from matching.former import Weights
from matching.journal import Question, unpacked
from matching.models import MatchingWeights, MatchTick
from matching.selectors.ticks import latest_ticks, tick_to_ask
from matching.services.queue_control import quest_run_by
from matching.services.weighing import LARGEST
from matching.stats.cells import SMALLEST
from matching.whatif import Outcome, WhatIf, what_if

# Somebody can ask about the same few people as often as they like: with other weights come other teams of them, and the
# averages of enough of those tell what each of them is. Who met lately is told by their rooms, to whoever runs them.
PRIVATE = {"gender"}
NAMES = {field.name: str(field.verbose_name) for field in MatchingWeights._meta.fields}


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    value: str


@require_safe
@for_organisers
def compare(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    """One of the queue's latest ticks, beside what it would have come to."""
    found = quest_run_by(by=user, quest_id=quest)
    tick = tick_to_ask(quest=found, tick_id=_tick_id(request))
    if tick is None and "tick" in request.GET:
        raise TickNotFound
    question = _question(tick, is_asked_for="tick" in request.GET)
    weights, refusal = _asked_weights(request, question.weights if question else Weights())
    context = context_of(
        request,
        f"What if? {found}",
        quest=found,
        tick=tick,
        is_readable=question is not None,
        ticks=latest_ticks(quest=found),
        fields=[Field(name, NAMES[name], f"{value:g}") for name, value in weights.items()],
        largest=LARGEST,
        refusal=refusal,
        rows=_rows(question, weights) if question and not refusal else [],
    )
    return TemplateResponse(request, "admin/matching/queue_what_if.html", context, status=400 if refusal else 200)


def _tick_id(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET["tick"]) if request.GET.get("tick") else None
    except ValueError as error:
        raise TickNotFound from error


def _question(tick: MatchTick | None, *, is_asked_for: bool) -> Question | None:
    """None where there is none, or where the newest one was journaled by another version."""
    try:
        return unpacked(bytes(tick.problem)) if tick else None
    except ValueError as error:
        if is_asked_for:
            raise TickNotFound from error
        return None


def _asked_weights(request: HttpRequest, were: Weights) -> tuple[Mapping[str, float], Refusal | None]:
    """The weights that were sent, those of the tick for what was not; and what is wrong with them."""
    weights: dict[str, float] = asdict(were)
    try:
        for name in weights:
            if name in request.GET:
                weights[name] = _weight(request.GET[name])
        if not any(weights.values()):
            raise WeightsAllZero
    except (WeightWrong, WeightsAllZero) as refusal:
        return asdict(were), refusal
    return weights, None


def _weight(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise WeightWrong from error
    if not 0 <= value <= LARGEST:
        raise WeightWrong
    return value


def _rows(question: Question, weights: Mapping[str, float]) -> list[Row]:
    return list(_told(what_if(question, Weights(**weights))))


def _told(found: WhatIf) -> Iterator[Row]:
    then, now = found.then, found.now
    yield Row("Teams", str(then.teams), str(now.teams))
    yield Row("People placed", str(then.placed), str(now.placed))
    yield Row("Average wait of those", f"{then.mean_wait:.0f} s", f"{now.mean_wait:.0f} s")
    yield Row("Longest wait of those", f"{then.longest_wait:.0f} s", f"{now.longest_wait:.0f} s")
    for name in (name for name in then.criteria or now.criteria if name not in PRIVATE):
        yield Row(f"{NAMES[name].capitalize()}, 0 to 1", _mean(then, name), _mean(now, name))
    yield Row("Teams that are the same", str(found.kept), str(found.kept))


def _mean(outcome: Outcome, name: str) -> str:
    """How mixed few people are would tell which of them came together, and by that why."""
    if name not in outcome.criteria or outcome.placed < SMALLEST:
        return "hidden" if outcome.placed else "–"
    return f"{outcome.criteria[name]:.2f}"

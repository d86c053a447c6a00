from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matching.former import Weights
from matching.journal import Question, packed_answer, unpacked
from matching.models import MatchingWeights, MatchTick
from matching.whatif import Outcome, what_if


class Command(BaseCommand):
    help = (
        "Run a journaled tick again. Without weights it must give the same teams byte for byte, else this exits 1. "
        "With weights it shows what those would have done, as in: replay_tick TICK --wait 3 --country 0."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tick", type=UUID, metavar="TICK", help="its id, as the admin lists it")
        for name in MatchingWeights.CRITERIA:
            parser.add_argument(f"--{name}", type=_weight, metavar="WEIGHT", help=f"another weight for {name}")

    def handle(self, *args: Any, **options: Any) -> None:
        tick = MatchTick.objects.filter(pk=options["tick"]).first()
        if tick is None:
            raise CommandError(f"No tick has the id {options['tick']}.")
        try:
            question = unpacked(bytes(tick.problem))
        except ValueError as error:
            raise CommandError(str(error)) from error
        changed = {name: options[name] for name in MatchingWeights.CRITERIA if options[name] is not None}
        if changed:
            self._compare(question, changed)
        else:
            self._repeat(question, bytes(tick.result))

    def _repeat(self, question: Question, then: bytes) -> None:
        matching = question.asked()
        if packed_answer(matching) != then:
            raise CommandError("The same question gives another answer now.")
        for team in matching.teams:
            where = f" into lobby {team.lobby}" if team.lobby >= 0 else ""
            self.stdout.write(f"{', '.join(map(str, team.tickets))}{where}: score {team.score:.3f}")
        self.stdout.write(f"The same {len(matching.teams)} teams, byte for byte; score {matching.score:.4f}.")

    def _compare(self, question: Question, changed: dict[str, float]) -> None:
        try:
            weights = Weights(**{**asdict(question.weights), **changed})
        except ValueError as error:
            raise CommandError(str(error)) from error
        found = what_if(question, weights)
        self.stdout.write(f"{'':<18}{'as it was':>12}{'what if':>12}")
        for name, then, now in zip(_lines(found.then), _values(found.then), _values(found.now), strict=True):
            self.stdout.write(f"{name:<18}{then:>12}{now:>12}")
        self.stdout.write(f"{found.kept} teams stay the same, {len(found.gone)} give way to {len(found.new)} others.")


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no number") from error


def _lines(outcome: Outcome) -> list[str]:
    return ["teams", "people placed", "score", "weakest team", "mean wait, s", "longest wait, s", *outcome.criteria]


def _values(outcome: Outcome) -> list[str]:
    criteria = [f"{value:.3f}" for value in outcome.criteria.values()]
    scores = [f"{outcome.score:.4f}", f"{outcome.minimum:.4f}"]
    waits = [f"{outcome.mean_wait:.1f}", f"{outcome.longest_wait:.1f}"]
    return [str(outcome.teams), str(outcome.placed), *scores, *waits, *criteria]

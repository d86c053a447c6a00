"""The rules and formulas of the team-former once more, in plain Python and as slowly as they read.

Nothing here comes from the former but its types and the size of its penalties, so that the two can be compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from itertools import combinations
from statistics import fmean

from matching.former import UNSTATED, Pool, Terms, Weights
from matching.former.rules import EMPTY_SEAT, ISOLATING, LEFT_OUT, MET_LATELY

Unit = tuple[int, ...]  # rows
PAIRED = ("gender", "country", "organisation", "occupation", "skill", "interests", "novelty")
BOUNDED = {"gender": 3, "skill": 3}  # categories: in how many people can be told apart at most


class Reference:
    def __init__(self, pool: Pool, terms: Terms, weights: Weights | None = None) -> None:
        self.pool, self.terms, self.weights = pool, terms, weights or Weights()
        self.blocks = {frozenset(pair) for pair in pool.blocks.tolist()}
        self.recent = {frozenset(pair) for pair in pool.recent.tolist()}
        self.units = self._units()

    def _units(self) -> list[Unit]:
        groups: dict[tuple[str, int], list[int]] = {}
        for row in range(len(self.pool)):
            lobby, party = int(self.pool.lobbies[row]), int(self.pool.parties[row])
            key = ("lobby", lobby) if lobby >= 0 else ("party", party) if party >= 0 else ("alone", row)
            groups.setdefault(key, []).append(row)
        return [tuple(rows) for rows in groups.values()]

    def waits(self, row: int) -> bool:
        return bool(self.pool.lobbies[row] < 0)

    def longest(self, rows: list[int]) -> float:
        return max((float(self.pool.waited[row]) for row in rows if self.waits(row)), default=-1.0)

    def level(self, rows: list[int]) -> int:
        return sum(self.longest(rows) >= times * self.terms.patience for times in (1, 2, 3))

    def breaks_hard_rule(self, team: list[Unit]) -> str:
        """Which; empty if it keeps them all. Parties are whole because units are."""
        rows = [row for unit in team for row in unit]
        lobbies = {int(self.pool.lobbies[row]) for row in rows if not self.waits(row)}
        common = (1 << 64) - 1
        for row in rows:
            common &= int(self.pool.languages[row])
        if not common:
            return "language"
        if len(lobbies) > 1 or not any(self.waits(row) for row in rows):
            return "lobby"
        if not self.terms.minimum <= len(rows) <= self.terms.maximum:
            return "size"
        seated = [row for row in rows if not self.waits(row)]
        if any(frozenset(pair) in self.blocks and not set(pair) <= set(seated) for pair in combinations(rows, 2)):
            return "block"
        return ""

    def broken_soft_rules(self, team: list[Unit]) -> set[str]:
        rows = [row for unit in team for row in unit]
        ideal, has_lobby = self.terms.size, any(not self.waits(row) for row in rows)
        broken = set()
        if len(rows) > ideal or (len(rows) < ideal and not has_lobby):
            broken.add("ideal_size")
        if self.met(team):
            broken.add("no_recent_team_mates")
        if self.isolates(team):
            broken.add("nobody_isolated")
        return broken

    def met(self, team: list[Unit]) -> int:
        """Pairs of units, not of people: what is within a party is its own affair."""
        return sum(
            any(frozenset((row, mate)) in self.recent for row in one for mate in other)
            for one, other in combinations(team, 2)
        )

    def isolates(self, team: list[Unit]) -> bool:
        """Somebody is the only one of a category, and all others who stated one, at least two, share another.

        A party for itself isolates nobody: they came together.
        """
        rows = [row for unit in team for row in unit] if len(team) > 1 else []
        stated = [int(self.pool.gender[row]) for row in rows if self.pool.gender[row] >= 0]
        counts = Counter(stated)
        for mine in counts:
            others = [category for category in stated if category != mine]
            if counts[mine] == 1 and len(others) >= 2 and len(set(others)) == 1:
                return True
        return False

    def may_be(self, team: list[Unit]) -> bool:
        level = self.level([row for unit in team for row in unit])
        needed = {"ideal_size": 1, "no_recent_team_mates": 2, "nobody_isolated": 3}
        soft = self.broken_soft_rules(team)
        return not self.breaks_hard_rule(team) and all(level >= needed[rule] for rule in soft)

    def score(self, rows: list[int]) -> float:
        pairs = list(combinations(rows, 2))
        criteria = {name: fmean(self.pair(name, *pair) for pair in pairs) for name in PAIRED}
        for name, categories in BOUNDED.items():
            criteria[name] /= self.most_unlike(len(rows), categories)
        spread = max(self.terms.maximum - self.terms.minimum, 1)
        criteria["size"] = max(0.0, 1 - abs(len(rows) - self.terms.size) / spread)
        waits = [float(self.pool.waited[row]) / self.terms.promise for row in rows if self.waits(row)]
        criteria["wait"] = fmean(min(1.0, wait) for wait in waits)
        total = sum(getattr(self.weights, field.name) for field in fields(Weights))
        return float(sum(getattr(self.weights, name) * value for name, value in criteria.items()) / total)

    def pair(self, name: str, one: int, other: int) -> float:
        """What two people give a criterion that is a mean over pairs."""
        if name == "interests":
            return self._jaccard(one, other)
        if name == "novelty":
            return float(frozenset((one, other)) not in self.recent)
        codes = getattr(self.pool, name)
        if UNSTATED in (codes[one], codes[other]):
            return 0.5
        return float(codes[one] != codes[other])

    @staticmethod
    def most_unlike(people: int, categories: int) -> float:
        spread = [number % categories for number in range(people)]
        return fmean(one != other for one, other in combinations(spread, 2))

    def _jaccard(self, one: int, other: int) -> float:
        left, right = int(self.pool.interests[one]), int(self.pool.interests[other])
        if not left or not right:
            return 0.5
        return 1 - (left & right).bit_count() / (left | right).bit_count()

    def worth(self, team: list[Unit]) -> float:
        rows = [row for unit in team for row in unit]
        score = self.score(rows)
        worth = sum(self.waits(row) for row in rows) * 2 * score / (1 + score)
        return worth - MET_LATELY * self.met(team) - ISOLATING * self.isolates(team) - self.empty_seats(team)

    def empty_seats(self, team: list[Unit]) -> float:
        """What seats cost that a lobby lacks to the ideal size."""
        rows = [row for unit in team for row in unit]
        has_lobby = any(not self.waits(row) for row in rows)
        return EMPTY_SEAT * max(self.terms.size - len(rows), 0) if has_lobby else 0.0

    def left_out(self, unit: Unit) -> float:
        """What it costs to leave them out, or the lobby as it is."""
        if not self.waits(unit[0]):
            return float(EMPTY_SEAT * max(self.terms.size - len(unit), 0))
        return float(LEFT_OUT[self.level(list(unit))]) * len(unit)

    def best(self) -> float:
        """The most that any split of the pool is worth, found by looking at all of them."""
        count, units = len(self.units), self.units
        most = min(self.terms.maximum, count)
        subsets = [team for size in range(1, most + 1) for team in combinations(range(count), size)]
        worths = {
            sum(1 << unit for unit in team): self.worth([units[unit] for unit in team])
            for team in subsets
            if self.may_be([units[unit] for unit in team])
        }
        by_first: dict[int, list[tuple[int, float]]] = {}
        for team, worth in worths.items():
            by_first.setdefault(team & -team, []).append((team, worth))

        @cache
        def of(rest: int) -> float:
            if not rest:
                return 0.0
            first = rest & -rest
            found = of(rest ^ first) - self.left_out(units[first.bit_length() - 1])
            for team, worth in by_first.get(first, []):
                if team & ~rest == 0:
                    found = max(found, worth + of(rest & ~team))
            return found

        return of((1 << count) - 1)

    def teams_among(self, units: list[Unit]) -> Iterator[list[Unit]]:
        """Every team that could be made of these, all soft rules aside."""
        for size in range(1, self.terms.maximum + 1):
            for team in combinations(units, size):
                if not self.breaks_hard_rule(list(team)):
                    yield list(team)

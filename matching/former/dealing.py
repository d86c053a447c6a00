"""A first matching: lobbies and parties first, then people by language, gender and wait, like cards from a sorted pack.

Neighbours in that order speak alike and isolate nobody, so nearly all of them are placed at once; mixing them is the
search's work. A greedy start of good teams leaves over those who go with nobody any more, and takes longer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.former.greedy import Greedy
from matching.former.ground import Ground
from matching.former.languages import rarest
from matching.former.standing import NOBODY
from matching.former.swaps import worth_of
from matching.former.tables import combos_of
from matching.former.worth import NEVER, Worth


def first_split(ground: Ground) -> list[list[int]]:
    """Lobbies filled to the ideal size, then teams of it; whoever is left over stands alone. Places on the ground."""
    greedy = Greedy(ground)
    teams = greedy.fill(np.flatnonzero(ground.lobby))
    teams += greedy.gather(ground.people > 1)
    for team in _dealt(ground, greedy.free):
        teams.append(team)
        greedy.free[team] = False
    teams += greedy.gather(greedy.free)
    return _allowed(ground, [*teams, *([int(unit)] for unit in np.flatnonzero(greedy.free))])


def _allowed(ground: Ground, split: list[list[int]]) -> list[list[int]]:
    """The same without teams that may not be: a lobby below the ideal size may isolate somebody before their time."""
    width = max(map(len, split), default=1)
    lines = np.array([team + [NOBODY] * (width - len(team)) for team in split], np.intp).reshape(-1, width)
    may_be = worth_of(ground, lines) > NEVER / 2
    parts = ([team] if allowed else [[unit] for unit in team] for team, allowed in zip(split, may_be, strict=True))
    return [team for part in parts for team in part]


def _dealt(ground: Ground, free: NDArray[np.bool_]) -> list[list[int]]:
    """Teams of the ideal size out of those who came alone; who has waited least stays out where they do not divide."""
    size = ground.terms.size
    alone = np.flatnonzero(free & (ground.people == 1))
    alone = alone[np.argsort(-ground.level[alone].astype(np.int64), kind="stable")]
    alone = np.sort(alone[: len(alone) - len(alone) % size])
    if not len(alone):
        return []
    order = np.lexsort((ground.genders[alone], rarest(ground.languages[alone])))
    teams = alone[order].reshape(-1, size)
    worth = Worth(ground, teams.T).of(combos_of(size, size))[0]
    return [[int(unit) for unit in team] for team in teams[worth > NEVER / 2]]

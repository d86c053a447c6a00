"""Swaps of two people between two teams, a hundred thousand weighed at once: how large pools get good quickly.

One person of each team is weighed against everybody who came alone in all other teams. Nearly everything of a score is
a sum over pairs, so what a team is worth with one person in another's place follows from a few sums. Of the swaps that
pay each team takes part in one at most, and those are weighed in full before anybody moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.former.ground import Ground
from matching.former.pairs import Floats
from matching.former.standing import LINES, LOWEST, NOBODY, Standing
from matching.former.tables import combos_of
from matching.former.worth import Worth

Places = NDArray[np.intp]
# Gains below this are noise of single precision.
LEAST_GAIN = 1e-5


def worth_of(ground: Ground, teams: Places) -> NDArray[np.float64]:
    """(t,) what each of (t, width) teams is worth; one unit for itself may also be left over."""
    worth = np.empty(len(teams))
    lengths = (teams != NOBODY).sum(axis=1)
    for size in np.unique(lengths).tolist():
        here = lengths == size
        worth[here] = Worth(ground, teams[here, :size].T).of(combos_of(size, size))[0]
    return worth


@dataclass(frozen=True, slots=True)
class Found:
    """Swaps that pay: (s, 2) numbers of teams, (s, 2, width) those teams after it, (s, 2) what they are worth then."""

    numbers: Places
    teams: Places
    worth: NDArray[np.float64]


class Swaps:
    """Looks for swaps in the teams of one ground, again and again.

    Whoever found nobody to change places with need not look again while their team stays as it is: whose team changes
    looks at them.
    """

    def __init__(self, ground: Ground, random: np.random.Generator) -> None:
        self.ground = ground
        self.keys = random.integers(1 << 62, size=len(ground))
        # By unit: the sum of keys of the team in which they found nobody, and the turn in which they looked last.
        self.in_vain = np.zeros(len(ground), np.int64)
        self.looked = np.full(len(ground), -1, np.int64)
        self.turn = 0
        # By team, as it is now.
        self.together = np.zeros(0, np.int64)

    def find(self, teams: Places, worth: NDArray[np.float64]) -> Found | None:
        """Swaps in (t, width) teams, which are worth so much now; None if everybody has looked."""
        standing = Standing(self.ground, teams)
        drawn = self._one_of_each(standing, teams)
        if not len(drawn):
            return None
        gain = np.empty((len(drawn), len(self.ground)), self.ground.dtype)
        partner = np.empty(len(drawn), np.intp)
        for start in range(0, len(drawn), LINES):
            lines = slice(start, start + LINES)
            gain[lines] = swap_gains(standing, drawn[lines])
            partner[lines] = gain[lines].argmax(axis=1)
        pays = gain[np.arange(len(gain)), partner] > LEAST_GAIN
        swaps = _chosen(standing, drawn, gain, partner, pays)
        self._remember(standing, drawn, np.concatenate([drawn[~pays], swaps[:, 0]]))
        return _weighed(self.ground, teams, worth, standing, swaps)

    def _one_of_each(self, standing: Standing, teams: Places) -> Places:
        """Of each team whoever looked longest ago and has reason to look."""
        self.together = np.where(teams != NOBODY, self.keys[teams], 0).sum(axis=1)
        looking = np.flatnonzero(standing.is_movable & (self.in_vain != self.together[standing.team]))
        team = standing.team[looking]
        order = np.lexsort((standing.slot[looking], self.looked[looking], team))
        return np.asarray(looking[order[np.diff(team[order], prepend=-1) > 0]])

    def _remember(self, standing: Standing, drawn: Places, done: Places) -> None:
        """Whoever found nobody, or somebody with whom it may not pay after all, is done; others have yet to swap."""
        self.turn += 1
        self.looked[drawn] = self.turn
        self.in_vain[done] = self.together[standing.team[done]]


def swap_gains(standing: Standing, drawn: Places) -> Floats:
    """(d, n) what a swap of each of the drawn with each unit gains."""
    ground, other = standing.ground, standing.team[drawn]
    there, here = standing.adds[:, drawn].T.take(standing.team, axis=1), standing.adds[other]
    for share, pairs in zip(standing.share, standing.pairs, strict=True):
        between = pairs[drawn]
        here -= between * share[drawn, None]
        between *= share
        there -= between
    there += standing.without
    here += standing.without[drawn, None]
    gain: Floats = standing.leaves[standing.category[drawn]]
    gain += standing.left[drawn].take(standing.category, axis=1)
    gain -= standing.twice / np.maximum(there, ground.dtype(LOWEST), out=there)
    gain -= standing.twice[drawn, None] / np.maximum(here, ground.dtype(LOWEST), out=here)
    _bar(gain, standing, drawn)
    return gain


def _bar(gain: Floats, standing: Standing, drawn: Places) -> None:
    """Strikes out who is in the same team, shares no language with the others, or has not waited long enough."""
    ground, never = standing.ground, gain.dtype.type(-np.inf)
    mates = standing.teams[standing.team[drawn]]
    gain[np.arange(len(drawn))[:, None], np.where(mates == NOBODY, drawn[:, None], mates)] = never
    if not ground.universal:
        gain[(ground.languages[drawn, None] & standing.languages) == 0] = never
        gain[(standing.languages[drawn, None] & ground.languages) == 0] = never
    if ground.lowest < ground.highest:
        needing = np.flatnonzero(standing.needed)
        gain[:, needing] = np.where(ground.level[drawn, None] < standing.needed[needing], never, gain[:, needing])
        gain[standing.needed[drawn, None] > ground.level] = never


def _chosen(standing: Standing, drawn: Places, gain: Floats, partner: Places, pays: NDArray[np.bool_]) -> Places:
    """(s, 2) the best swaps of the drawn, such that no team is in two; who lost theirs to another chooses once more."""
    first = _best(standing, drawn, gain, partner)
    taken = np.zeros(len(standing.teams), np.bool_)
    taken[standing.team[first]] = True
    lines = np.flatnonzero(pays & ~taken[standing.team[drawn]])
    if not len(lines):
        return first
    rest = gain[lines]
    rest[:, np.flatnonzero(taken[standing.team])] = -np.inf
    return np.concatenate([first, _best(standing, drawn[lines], rest, rest.argmax(axis=1))])


def _best(standing: Standing, drawn: Places, gain: Floats, partner: Places) -> Places:
    """The swaps of the drawn with their partners that gain most."""
    most = gain[np.arange(len(gain)), partner]
    ones, others = standing.team[drawn].tolist(), standing.team[partner].tolist()
    taken: set[int] = set()
    chosen = []
    paying = np.flatnonzero(most > LEAST_GAIN)
    for place in paying[np.argsort(-most[paying], kind="stable")].tolist():
        pair = {ones[place], others[place]}
        if not taken & pair:
            taken |= pair
            chosen.append(place)
    return np.stack([drawn[chosen], partner[chosen]], axis=1)


def _weighed(ground: Ground, teams: Places, worth: NDArray[np.float64], standing: Standing, swaps: Places) -> Found:
    """Those of the (s, 2) swaps that pay when the teams are weighed in full."""
    numbers = standing.team[swaps]
    changed = teams[numbers]
    changed = np.where(changed == swaps[:, :, None], swaps[:, ::-1, None], changed)
    found = worth_of(ground, changed.reshape(-1, teams.shape[1])).reshape(-1, 2)
    pays = found.sum(axis=1) > worth[numbers].sum(axis=1) + LEAST_GAIN
    return Found(numbers[pays], changed[pays], found[pays])

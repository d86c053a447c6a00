"""Forms teams out of who waits: arrays in, teams with their reasons out. Knows neither Django nor a database.

`form_teams(pool, terms, weights, seed=…)` is all that the tick calls. `docs/matching.md` has the formulas and sources.
"""

from matching.former.forming import form_teams
from matching.former.types import (
    UNSTATED,
    Matching,
    Pool,
    Relaxation,
    Rule,
    Team,
    Terms,
    Unplaced,
    Weights,
    Why,
)

__all__ = [
    "UNSTATED",
    "Matching",
    "Pool",
    "Relaxation",
    "Rule",
    "Team",
    "Terms",
    "Unplaced",
    "Weights",
    "Why",
    "form_teams",
]

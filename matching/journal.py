"""A tick as it is journaled: the question that the team-former was asked, and its answer, as compressed JSON.

People stand in it by ticket number and by numbers without a key. The same question gives the same answer, byte for
byte.
"""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from matching.former import Matching, Pool, Terms, Weights, form_teams

VERSION = 1
# Quick rather than small: it is written while the queue is locked.
LEVEL = 1


@dataclass(frozen=True, slots=True)
class Question:
    """All that `form_teams` needs. `rounds` is how many were searched, None before it was asked."""

    pool: Pool
    terms: Terms
    weights: Weights
    seed: int
    lobby_free: NDArray[np.int32]
    rounds: int | None = None

    def asked(self) -> Matching:
        """The answer: within the time that a tick has, or with exactly as many rounds as were run then."""
        return form_teams(
            self.pool, self.terms, self.weights, seed=self.seed, rounds=self.rounds, lobby_free=self.lobby_free
        )

    def answered_in(self, rounds: int) -> Question:
        return replace(self, rounds=rounds)

    def with_weights(self, weights: Weights) -> Question:
        return replace(self, weights=weights)


def packed(question: Question) -> bytes:
    pool = {field.name: getattr(question.pool, field.name).tolist() for field in fields(Pool)}
    return _packed(
        {
            "version": VERSION,
            "pool": pool,
            "terms": asdict(question.terms),
            "weights": asdict(question.weights),
            "seed": question.seed,
            "rounds": question.rounds,
            "lobby_free": question.lobby_free.tolist(),
        }
    )


def unpacked(data: bytes) -> Question:
    """Raises `ValueError` for what is no question of this version."""
    found = _unpacked(data)
    return Question(
        pool=Pool(**{name: _array(name, values) for name, values in found["pool"].items()}),
        terms=Terms(**found["terms"]),
        weights=Weights(**found["weights"]),
        seed=found["seed"],
        lobby_free=np.array(found["lobby_free"], np.int32),
        rounds=found["rounds"],
    )


def packed_answer(matching: Matching) -> bytes:
    return _packed({"version": VERSION, **{field.name: getattr(matching, field.name) for field in fields(Matching)}})


def unpacked_answer(data: bytes) -> dict[str, Any]:
    """The fields of `Matching` as JSON has them: lists for tuples. Raises `ValueError` like `unpacked`."""
    return _unpacked(data)


DTYPES: dict[str, Any] = {"tickets": np.int64, "waited": np.float64, "languages": np.uint64, "interests": np.uint64}


def _array(name: str, values: list[Any]) -> NDArray[Any]:
    found = np.array(values, DTYPES.get(name, np.int32))
    return found.reshape(-1, 2) if name in {"blocks", "recent"} else found


def _packed(content: dict[str, Any]) -> bytes:
    return zlib.compress(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), LEVEL)


def _unpacked(data: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError("This is no journaled tick.") from error
    if found.get("version") != VERSION:
        raise ValueError(f"This tick was journaled in version {found.get('version')}, and this is version {VERSION}.")
    return found

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")
MOST_CONNECTIONS = 40


def together(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Run the jobs at once, on at most 40 threads with a connection each; what one raises comes out.

    As many jobs as threads all run at the same time, so that they may wait for each other."""
    assert not connection.in_atomic_block, "the threads would not see what the test has written"
    # The caller's own connection would be the forty-first. It opens again by itself.
    connection.close()
    threads = min(MOST_CONNECTIONS, len(jobs))
    barrier = Barrier(threads)

    def run(first: int) -> list[tuple[int, T]]:
        try:
            # Before the start: opening forty connections takes longer than the race.
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return [(number, jobs[number]()) for number in range(first, len(jobs), threads)]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        done = [result for share in pool.map(run, range(threads)) for result in share]
    return [result for _, result in sorted(done, key=lambda pair: pair[0])]


def outcome(response: Any) -> str:
    """`ok`, or the code of the refusal. A 500 is never an outcome."""
    assert response.status_code < 500, response.content
    return "ok" if response.status_code < 400 else str(response.json()["code"])

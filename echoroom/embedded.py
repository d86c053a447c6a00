"""Worker and beat as threads of the web process, when no broker is configured.

`memory://` forgets its tasks with the process. Nothing is lost by that: what is owed stands in the database,
and the first sweep after the next start finds it.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from celery.beat import EmbeddedService, Scheduler
from celery.platforms import EX_OK
from celery.worker import WorkController
from celery.worker import state as worker_state

from echoroom import process_lock
from echoroom.celery import app
from echoroom.outbox import dispatcher

logger = logging.getLogger(__name__)

THREADS = 4
START_TIMEOUT = 15.0
# With what uvicorn waits for requests before that, Ctrl-C takes less than five seconds.
STOP_TIMEOUT = 2.0


class Embedded:
    def __init__(self) -> None:
        self._worker: _Worker | None = None
        self._worker_thread: threading.Thread | None = None
        self._beat: Any = None

    def start(self) -> None:
        """Raises what `process_lock.hold` raises, or `RuntimeError` when the worker does not come up."""
        process_lock.hold()
        worker_state.should_stop = None
        self._worker = _Worker(
            app=app, pool_cls="threads", concurrency=THREADS, hostname="embedded@localhost",
            without_heartbeat=True, without_mingle=True, without_gossip=True, quiet=True,
        )  # fmt: skip
        self._worker_thread = threading.Thread(target=self._worker.start, name="worker", daemon=True)
        self._worker_thread.start()
        if not self._worker.is_ready.wait(START_TIMEOUT):
            raise RuntimeError(f"The embedded worker did not start within {START_TIMEOUT:.0f} s.")
        self._beat = EmbeddedService(app, thread=True, scheduler_cls=Scheduler)
        self._beat.start()

    def stop(self) -> None:
        """Let running tasks finish, for `STOP_TIMEOUT` seconds altogether."""
        deadline = time.monotonic() + STOP_TIMEOUT
        if self._beat is not None:
            self._beat.service.stop()
        # First, while the worker still takes tasks: what requests have announced goes out.
        dispatcher.stop(timeout=1)
        if self._worker_thread is not None:
            worker_state.should_stop = EX_OK  # type: ignore[assignment]
            # It looks only between two messages, of which there are none any more, and waits for another one after
            # it has looked: these are two. Without them it takes up to two seconds for each.
            app.control.broadcast("ping")
            app.control.broadcast("ping")
            self._worker_thread.join(max(0.0, deadline - time.monotonic()))
            if self._worker_thread.is_alive():
                logger.warning("A task is still running; its transaction is rolled back and tried again.")
            worker_state.should_stop = None


class _Worker(WorkController):
    def __init__(self, **kwargs: Any) -> None:
        self.is_ready = threading.Event()
        super().__init__(**kwargs)

    def on_consumer_ready(self, consumer: Any) -> None:
        self.is_ready.set()

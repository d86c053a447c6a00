"""The dispatcher's way to the broker."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from celery import current_app
from kombu import Producer

logger = logging.getLogger(__name__)

DELIVER = "echoroom.outbox.tasks.deliver"


class Errand(NamedTuple):
    """A task for a worker, run `countdown` seconds from now. It may get lost: a beat does the same a little later."""

    task: str
    args: tuple[Any, ...]
    countdown: float = 0.0


class Broker:
    """Sends tasks over one connection, which belongs to the thread that uses it."""

    def __init__(self) -> None:
        self._producer: Producer | None = None

    def deliver(self, pks: Sequence[int]) -> None:
        self.send([Errand(DELIVER, (pk,)) for pk in pks])

    def send(self, errands: Sequence[Errand]) -> None:
        """Raises whatever the transport raises; the connection is then forgotten and made anew next time."""
        try:
            for errand in errands:
                current_app.send_task(
                    errand.task,
                    args=errand.args,
                    # A countdown of nothing would still make the worker hold the task back by its timer.
                    countdown=errand.countdown or None,
                    producer=self._connected(),
                    retry=False,
                    ignore_result=True,
                )
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is None or producer.connection is None:
            return
        try:
            producer.connection.release()
        except Exception as exc:
            logger.debug("The broker's connection did not close cleanly: %s", type(exc).__name__)

    def _connected(self) -> Producer:
        if self._producer is None:
            self._producer = current_app.amqp.Producer(current_app.connection_for_write(), auto_declare=False)
        return self._producer

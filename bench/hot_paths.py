"""The run itself. Imported once Django may be set up, since it needs the models."""

from __future__ import annotations

import argparse
from contextlib import ExitStack

import redis
from django.core.management import call_command

from bench import measure, report, seed, servers
from echoroom.events.services.seats import seat_by_token
from echoroom.viewer import ANONYMOUS
from rooms.selectors.room_view import place_of


def run(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """0 when every bar was held, else 1."""
    call_command("migrate", verbosity=0, interactive=False)
    redis.Redis.from_url(environment["REDIS_URL"]).flushdb()
    with ExitStack() as stack:
        results = _compare(options, *_started(stack, environment))
    print("\n" + report.table(results))
    print(f"\nwritten to {report.write(results)}")
    return 0 if all(result.held for result in results) else 1


def _started(stack: ExitStack, environment: dict[str, str]) -> tuple[int, int]:
    """The ports of EchoRoom and of the twins, with everything else of the Procfile beside them."""
    commands = servers.procfile()
    app, floor = servers.free_port(), servers.free_port()
    listening = [
        (commands["web"], app),
        (servers.twin_of(commands["web"]), floor),
        (commands["live"], servers.free_port()),
    ]
    for command, port in [*listening, (commands["worker"], None), (commands["beat"], None)]:
        stack.enter_context(servers.running(command, environment=environment, port=port))
    return app, floor


def _compare(options: argparse.Namespace, app: int, floor: int) -> list[measure.Result]:
    results = []
    for case in measure.cases(seed.make_world(), etag=_etag):
        if options.only not in case.name:
            continue
        for clients in options.clients:
            print(f"{case.name}, {clients} clients …", flush=True)
            results.append(
                measure.compare(
                    case, app=app, floor=floor, clients=clients, rounds=options.rounds, requests=options.requests
                )
            )
    return results


def _etag(seat: seed.SeatToPlay) -> str:
    return place_of(viewer=seat_by_token(seat.token) or ANONYMOUS, room_code=seat.room).etag

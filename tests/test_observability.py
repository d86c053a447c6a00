"""What is written down of a failed request: neither what people wrote nor a link that opens something."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest

from echoroom.observability import SecretPaths, without_personal_data, without_secrets

SECRETS = ["/join/s3cret", "/seat/s3cret", "/map/s3cret", "/map/s3cret/file", "/map/s3cret/preview.png"]


@pytest.mark.parametrize("path", SECRETS)
def test_a_link_is_written_down_without_its_secret(path):
    record = logging.makeLogRecord({"msg": "%s: %s", "args": ("Service Unavailable", path)})
    assert SecretPaths().filter(record)
    assert "s3cret" not in record.getMessage()
    assert record.getMessage().startswith("Service Unavailable: /")


def test_other_paths_stay_what_they_are():
    assert without_secrets("/room/K7QX/vote") == "/room/K7QX/vote"
    assert (
        without_secrets("https://echo.example/map/abc/file?format=pdf") == "https://echo.example/map/-/file?format=pdf"
    )


@pytest.mark.parametrize("path", SECRETS)
def test_an_error_report_says_neither_the_link_nor_what_was_sent(path):
    event: Any = {
        "request": {
            "url": f"https://echo.example{path}",
            "data": {"justification": "s3cret"},
            "cookies": {"a": "s3cret"},
        },
        "exception": {
            "values": [{"type": "KeyError", "value": "s3cret", "stacktrace": {"frames": [{"vars": {"a": "s3cret"}}]}}]
        },
    }
    assert "s3cret" not in str(without_personal_data(event, {}))


def test_nginx_logs_no_link_either():
    configuration = (Path(__file__).parents[1] / "deploy" / "nginx.conf").read_text()
    found = re.search(r'"~(\^/\(\?<kind>[^"]+)" /\$kind/-;', configuration)
    assert found
    assert all(re.match(found[1].replace("?<kind>", "?P<kind>"), path) for path in SECRETS)

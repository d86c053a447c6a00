"""What EMAIL_URL and EMAIL_FROM may say, and each refusal with its cure."""

from __future__ import annotations

from typing import Any

import pytest

from echoroom import configuration
from tests.test_configuration import env, refused


@pytest.mark.parametrize("variables", [{}, {"EMAIL_URL": ""}, {"EMAIL_URL": " "}], ids=str)
def test_mail_is_not_sent_when_no_server_is_named(variables: dict[str, str]):
    assert configuration.email(env(**variables)) == {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp+tls://ada:s%40c+r@mail.example:2525", ("mail.example", 2525, "ada", "s@c+r", True, False)),
        ("smtp+tls://$ada:$HOME@mail.example", ("mail.example", 587, "$ada", "$HOME", True, False)),
        ("smtp+ssl://ada%40a.example:p@mail.example/", ("mail.example", 465, "ada@a.example", "p", False, True)),
        ("smtp://[::1]", ("::1", 25, "", "", False, False)),
    ],
)
def test_mail_goes_through_the_server_that_is_named(url: str, server: tuple[Any, ...]):
    keys = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    found = configuration.email(env(EMAIL_URL=url))
    assert found.pop("EMAIL_BACKEND") == "django.core.mail.backends.smtp.EmailBackend"
    assert found == {f"EMAIL_{key}": value for key, value in zip(keys, server, strict=True)}


def test_mail_can_be_shown_instead():
    assert "console" in configuration.email(env(EMAIL_URL="consolemail://"))["EMAIL_BACKEND"]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("nonsense", "EMAIL_URL must begin with one of smtp://"),
        ("$MAIL", "EMAIL_URL must begin with one of smtp://"),
        ("https://ada:s3cret@mail.example", "EMAIL_URL must begin with one of smtp://"),
        ("smtp+tls://", "EMAIL_URL names no host."),
        ("smtp+tls://mail.example:port", "EMAIL_URL is no valid address."),
        ("smtp+tls://ada:s3cret/1@mail.example", "EMAIL_URL"),
        ("smtp+tls://mail.example?ssl=true", "EMAIL_URL goes on after the host and its port."),
    ],
)
def test_mail_is_refused_without_repeating_its_password(url: str, problem: str):
    said = refused(configuration.email, env(EMAIL_URL=url))
    assert said.startswith(problem)
    assert "s3cret" not in said


def test_a_mail_server_has_five_seconds_for_each_step_unless_told_otherwise():
    assert configuration.email_timeout(env()) == 5
    assert configuration.email_timeout(env(EMAIL_TIMEOUT="9")) == 9


@pytest.mark.parametrize("given", ["0", "10", "2.5", "soon"])
def test_a_mail_server_has_less_time_than_a_run_of_reports(given: str):
    said = refused(configuration.email_timeout, env(EMAIL_TIMEOUT=given))
    assert said == f"EMAIL_TIMEOUT={given} is no whole number from 1 to 9."


@pytest.mark.parametrize("given", ["Ada <ada@a.example>", "ada@a.example", "$ada@a.example"])
def test_mail_comes_from_whoever_is_named(given: str):
    assert configuration.email_from(env(EMAIL_FROM=given), default="no@a.example") == given
    assert configuration.email_from(env(EMAIL_FROM=""), default="no@a.example") == "no@a.example"


@pytest.mark.parametrize("given", ["EchoRoom", "Ada <ada>", "@a.example", "ada@"])
def test_mail_comes_from_an_address(given: str):
    said = refused(configuration.email_from, env(EMAIL_FROM=given), default="no@a.example")
    assert said == f"EMAIL_FROM={given} holds no address."

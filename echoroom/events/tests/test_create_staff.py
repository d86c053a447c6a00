from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from echoroom.accounts.models import User
from echoroom.events.management.commands import create_staff
from echoroom.events.models import EventOrganiser
from echoroom.events.tests.factories import EventFactory

pytestmark = pytest.mark.django_db

GOOD = "seven quiet harbour lamps"


@pytest.fixture
def environment(monkeypatch):
    """Without the variables, and with nobody to ask."""
    for prefix in ("ADMIN", "ORGANISER"):
        for field in ("EMAIL", "PASSWORD"):
            monkeypatch.delenv(f"{prefix}_{field}", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return monkeypatch


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(environment):
    """What the person at the terminal types: first the password, then the same again."""
    answers: list[str] = []
    monkeypatch = environment
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(create_staff, "getpass", lambda prompt: answers.pop(0))
    return answers


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_staff", *arguments, stdout=out)
    return out.getvalue()


def test_an_organiser_is_made_from_a_prompt_with_their_events(typed):
    typed += [GOOD, GOOD]
    event = EventFactory.create(name="Harbour Days")
    answer = run("--email", "Ada@example.org", "--name", "Ada", "--event", str(event.pk))
    ada = User.objects.get(email="ada@example.org")
    assert (ada.role, ada.name, ada.check_password(GOOD)) == (User.Role.ORGANISER, "Ada", True)
    assert EventOrganiser.objects.filter(event=event, user=ada).exists()
    assert "runs Harbour Days" in answer


def test_what_is_not_said_is_asked(typed, monkeypatch):
    typed += [GOOD, GOOD]
    answers = ["adam@example.org", ""]
    monkeypatch.setattr("builtins.input", lambda prompt: answers.pop(0))
    run("--role", "admin")
    adam = User.objects.get(email="adam@example.org")
    assert (adam.role, adam.name) == (User.Role.ADMIN, "adam")


@pytest.mark.parametrize(
    ("password", "why"), [("short", "at least 12 characters"), ("password1234", "too common"), ("1" * 14, "numeric")]
)
def test_a_weak_password_is_refused_with_the_cure(typed, password, why):
    typed += [password, password]
    with pytest.raises(CommandError, match="too weak") as refused:
        run("--email", "ada@example.org", "--name", "Ada")
    assert why in str(refused.value)
    assert "four random words" in str(refused.value)
    assert refused.value.returncode == 1
    assert not User.objects.exists()


def test_a_password_made_of_the_name_is_refused(typed):
    typed += ["constancebonaventure"] * 2
    with pytest.raises(CommandError, match="too similar to the name"):
        run("--email", "ada@example.org", "--name", "Constance Bonaventure")


def test_two_passwords_that_differ_are_refused(typed):
    typed += [GOOD, GOOD + "!"]
    with pytest.raises(CommandError, match="differ"):
        run("--email", "ada@example.org", "--name", "Ada")


def test_an_address_that_is_taken_is_refused(typed):
    typed += [GOOD, GOOD] * 2
    run("--email", "ada@example.org", "--name", "Ada")
    with pytest.raises(CommandError, match="is taken"):
        run("--email", "ADA@example.org", "--name", "Ada")


@pytest.mark.parametrize("event", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_event_makes_nobody(typed, event):
    typed += [GOOD, GOOD]
    with pytest.raises(CommandError, match="There is no event"):
        run("--email", "ada@example.org", "--name", "Ada", "--event", event)
    assert not User.objects.exists()


def test_no_address_makes_nobody(typed):
    with pytest.raises(CommandError, match="is no e-mail address"):
        run("--email", "ada", "--name", "Ada")


class TestFromTheEnvironment:
    def test_admin_and_organiser_are_made_once(self, environment):
        for prefix in ("ADMIN", "ORGANISER"):
            environment.setenv(f"{prefix}_EMAIL", f"{prefix.lower()}@example.org")
            environment.setenv(f"{prefix}_PASSWORD", f"$even quiet {prefix} lamps")
        run("--from-environment")
        assert dict(User.objects.values_list("email", "role")) == {
            "admin@example.org": "super_admin",
            "organiser@example.org": "organiser",
        }
        before = User.objects.get(email="admin@example.org").password
        environment.setenv("ADMIN_PASSWORD", "another nine quiet lamps")
        assert run("--from-environment").count("exists already") == 2
        assert User.objects.get(email="admin@example.org").password == before

    def test_without_variables_nothing_happens(self, environment):
        assert run("--from-environment").count("nothing to do") == 2
        assert not User.objects.exists()

    def test_a_password_alone_is_enough(self, environment):
        environment.setenv("ADMIN_PASSWORD", GOOD)
        answer = run()
        adam = User.objects.get()
        assert (adam.email, adam.role) == ("admin@echoroom.localhost", User.Role.SUPER_ADMIN)
        assert adam.check_password(GOOD)
        assert "admin@echoroom.localhost can sign in at /admin/" in answer
        assert "ORGANISER_PASSWORD is not set: nothing to do" in answer

    def test_both_passwords_make_both(self, environment):
        environment.setenv("ADMIN_PASSWORD", GOOD)
        environment.setenv("ORGANISER_PASSWORD", GOOD + "!")
        run()
        assert dict(User.objects.values_list("email", "role")) == {
            "admin@echoroom.localhost": "super_admin",
            "organiser@echoroom.localhost": "organiser",
        }

    def test_a_password_makes_an_account_once_even_if_that_has_another_address_now(self, environment):
        environment.setenv("ADMIN_PASSWORD", GOOD)
        run()
        User.objects.update(email="ada@example.org")
        environment.setenv("ADMIN_PASSWORD", GOOD + " of another year")
        assert "Somebody has the role Super-admin already: nothing to do" in run()
        assert User.objects.get().check_password(GOOD)

    def test_at_a_terminal_the_variables_count_too_unless_somebody_is_named(self, environment, typed):
        environment.setenv("ORGANISER_PASSWORD", GOOD)
        run()
        assert User.objects.get().email == "organiser@echoroom.localhost"
        typed += [GOOD, GOOD]
        run("--email", "ada@example.org", "--name", "Ada")
        assert User.objects.filter(email="ada@example.org", role="organiser").exists()

    def test_an_address_without_a_password_is_refused_by_name(self, environment):
        environment.setenv("ADMIN_EMAIL", "ada@example.org")
        with pytest.raises(CommandError, match="ADMIN_PASSWORD is missing"):
            run("--from-environment")

    def test_with_nobody_to_ask_and_no_variable_it_says_what_to_set(self, environment):
        for arguments in ([], ["--email", "ada@example.org"]):
            with pytest.raises(CommandError, match="no terminal to ask at") as refused:
                run(*arguments)
            assert "ADMIN_PASSWORD" in str(refused.value)
        assert not User.objects.exists()

    @pytest.mark.parametrize("weak", ["admin", "password1234", "admin@echoroom", "1" * 20])
    def test_a_weak_password_makes_nobody_at_all(self, environment, weak):
        environment.setenv("ADMIN_PASSWORD", GOOD)
        environment.setenv("ORGANISER_PASSWORD", weak)
        with pytest.raises(CommandError, match="too weak"):
            run()
        assert not User.objects.exists()

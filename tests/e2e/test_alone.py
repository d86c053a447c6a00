"""What one person does alone: a form, a survey, badges, the profile, and a map that a stranger reads."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.e2e.conftest import Entering
from tests.e2e.people import Person
from tests.e2e.returning import DESKTOP, LOST, PHONE, follow, heading, look, refresh, survives, text

pytestmark = pytest.mark.e2e
# Workers give badges; on a busy machine they take their time.
SOON = 30_000
FORM, SURVEY, QUEST = "What would you bring?", "How did the day go?", "Three notes a week"
DILEMMA = "Whether the old boat is repaired once more, or its wood becomes a table."
ANSWERED = "You answered this. Thank you."
REASON = "Whoever wrote these notes cannot get them back, and we knew."

Seating = Callable[[], Person]


@pytest.fixture(params=[(DESKTOP, False), (PHONE, True)], ids=["desktop-light", "phone-dark"])
def devices(request: pytest.FixtureRequest) -> tuple[str, str, bool]:
    """The device that a person has, the other one that they change to, and whether they like it dark."""
    device, dark = request.param
    return device, PHONE if device == DESKTOP else DESKTOP, dark


@pytest.fixture
def seat_ben(enter: Entering, devices: tuple[str, str, bool]) -> Seating:
    device, _, dark = devices
    return lambda: enter("Ben", device=device, dark=dark, breakable=True)


def press(person: Person, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()


def does_over_a_broken_line(person: Person, button: str) -> None:
    """What did not get through is said; once the line is back, the same press does it, and nothing else is said."""

    def in_vain() -> None:
        press(person, button)
        person.sees(LOST)

    person.loses_the_line(in_vain)
    press(person, button)
    expect(person.page.get_by_text(LOST)).to_have_count(0)


def pick(person: Person, question: str, answer: str) -> None:
    group = person.page.get_by_role("group", name=re.compile(f"^{re.escape(question)}"))
    group.get_by_role("radio", name=answer, exact=True).check()


def field(person: Person, label: str) -> Locator:
    return person.page.get_by_label(re.compile(f"^{re.escape(label)}"))


def is_wrong(answer: Locator, said: str) -> None:
    """The refusal stands at the field, and belongs to it for those who hear the page."""
    expect(answer).to_have_attribute("aria-invalid", "true")
    expect(answer).to_have_accessible_description(re.compile(re.escape(said)))


def test_a_form_is_answered_whatever_happens_to_the_device(seat_ben: Seating, devices: tuple[str, str, bool]) -> None:
    ben = seat_ben()
    device, other, _ = devices
    follow(ben, FORM)
    survives(ben, heading(FORM), device=other, ways=(FORM,))

    press(ben, "Send my answers")
    # The browser holds back what is plainly missing; only the server knows that blanks are no answer.
    expect(field(ben, "A decision from your own week")).to_be_focused()
    typed = {"A decision from your own week": "   ", "How many people": "about forty", "Give it a title": "The boat"}
    for label, said in typed.items():
        field(ben, label).fill(said)
    pick(ben, "Where does it happen?", "In the family")
    ben.page.get_by_label("A child").check()

    does_over_a_broken_line(ben, "Send my answers")
    is_wrong(field(ben, "A decision from your own week"), "This one needs an answer.")
    is_wrong(field(ben, "How many people"), "number")
    expect(field(ben, "A decision from your own week")).to_be_focused()
    look(ben)
    for happening in (lambda who: None, refresh):
        happening(ben)
        for label, said in typed.items():
            expect(field(ben, label)).to_have_value(said)
        expect(ben.page.get_by_label("In the family")).to_be_checked()
        expect(ben.page.get_by_label("A child")).to_be_checked()

    field(ben, "A decision from your own week").fill(DILEMMA)
    field(ben, "How many people").fill("40")
    does_over_a_broken_line(ben, "Send my answers")
    survives(ben, text(ANSWERED), device=device, ways=(FORM,))
    ben.loses_the_line(notices=False)
    for said in (DILEMMA, "The boat", "In the family", "A child"):
        ben.sees(said)

    follow(ben, "Change my answers")
    expect(field(ben, "A decision from your own week")).to_have_value(DILEMMA)
    look(ben)
    field(ben, "Give it a title").fill("Boat or table")
    press(ben, "Change my answers")
    ben.sees("Boat or table")
    look(ben)


def test_a_survey_is_answered_once_and_without_a_name(seat_ben: Seating, devices: tuple[str, str, bool]) -> None:
    ben = seat_ben()
    device, other, _ = devices
    follow(ben, SURVEY)
    survives(ben, heading(SURVEY), device=other, ways=(SURVEY,))
    ben.sees("Without your name.")

    pick(ben, "Was your reason heard", "Partly")
    press(ben, "Send without my name")
    expect(ben.page.get_by_text(ANSWERED)).to_have_count(0)
    pick(ben, "Did somebody's reason change your mind?", "No")
    field(ben, "How gladly").fill("11")
    field(ben, "What should stay").fill("The quiet before the reveal.")
    does_over_a_broken_line(ben, "Send without my name")
    is_wrong(field(ben, "How gladly"), "10")
    look(ben)
    for happening in (lambda who: None, refresh):
        happening(ben)
        expect(field(ben, "How gladly")).to_have_value("11")
        expect(field(ben, "What should stay")).to_have_value("The quiet before the reveal.")
        expect(ben.page.get_by_label("Partly")).to_be_checked()

    field(ben, "How gladly").fill("10")
    does_over_a_broken_line(ben, "Send without my name")
    survives(ben, text(ANSWERED), device=device, ways=(SURVEY,))
    ben.loses_the_line(notices=False)
    ben.does_not_see("The quiet before the reveal.")
    expect(ben.page.get_by_role("link", name="Change my answers")).to_have_count(0)


def test_badges_are_told_and_kept_on_whatever_device(seat_ben: Seating, devices: tuple[str, str, bool]) -> None:
    ben = seat_ben()
    device, other, _ = devices
    toast = ben.page.locator(".badge-toast")
    expect(toast).to_contain_text("Badge earned: Early Bird", timeout=SOON)
    look(ben)
    follow(ben, "See my badges")
    expect(ben.page.locator(".badge-toast")).to_have_count(0)
    survives(ben, heading("My badges"), device=other, ways=("Badges",))
    answer_the_form(ben)
    expect(ben.page.locator(".badge-toast")).to_contain_text("Badge earned: First Steps", timeout=SOON)
    follow(ben, "Badges")
    survives(ben, text("2 of 13"), device=device, ways=("Badges",))
    ben.loses_the_line()
    ben.sees("Completed a first quest.")


def answer_the_form(person: Person) -> None:
    person.page.goto(f"{person.url}/world")
    follow(person, FORM)
    field(person, "A decision from your own week").fill(DILEMMA)
    pick(person, "Where does it happen?", "At work")
    press(person, "Send my answers")
    person.sees(ANSWERED)


def test_a_shelf_shows_what_another_tab_was_told_of_first(enter: Entering) -> None:
    ben = enter("Ben")
    expect(ben.page.locator(".badge-toast")).to_be_visible(timeout=SOON)
    follow(ben, "See my badges")
    ben.sees("1 of 13")
    shelf, late = ben.page, list[Route]()

    def hold(asked: Route) -> None:
        late.append(asked)

    shelf.route("**/badges/news?shelf", hold)
    ben.look_at(shelf.context.new_page())
    with ben.page.expect_response("**/badges/seen", timeout=SOON):
        answer_the_form(ben)
        expect(ben.page.locator(".badge-toast")).to_contain_text("Badge earned: First Steps", timeout=SOON)
    ben.waits_until(lambda: bool(late))
    for route in late:
        route.continue_()
    expect(shelf.get_by_text("2 of 13")).to_be_visible()
    expect(shelf.locator(".badge-toast").filter(has_text="First Steps")).to_have_count(0)


def test_a_profile_is_changed_and_shown_on_ones_own_page(seat_ben: Seating, devices: tuple[str, str, bool]) -> None:
    ben = seat_ben()
    device, other, _ = devices
    follow(ben, "Me")
    survives(ben, heading("Ben"), device=other, ways=("Me",))
    ben.loses_the_line()
    follow(ben, "Change my profile")
    survives(ben, heading("Your profile"), device=device, ways=("Me", "Change my profile"))

    field(ben, "Name").fill("   ")
    field(ben, "Role").fill("Lighthouse keeper")
    field(ben, "What are you curious about?").fill("How long a team needs to disagree well.")
    for word in ("German", "Klingon"):
        field(ben, "Languages").fill(word)
        field(ben, "Languages").press("Enter")
    refresh(ben)
    expect(field(ben, "Role")).to_have_value("Lighthouse keeper")
    does_over_a_broken_line(ben, "Save")
    is_wrong(field(ben, "Name"), "Your team needs a name for you.")
    ben.sees("Klingon is not in the list.")
    expect(field(ben, "Name")).to_be_focused()
    expect(field(ben, "Role")).to_have_value("Lighthouse keeper")
    look(ben)

    field(ben, "Name").fill("Benedict")
    press(ben, "Remove Klingon")
    does_over_a_broken_line(ben, "Save")
    survives(ben, heading("Benedict"), device=other, ways=("Me",))
    for said in ("Lighthouse keeper", "How long a team needs to disagree well.", "German"):
        ben.sees(said)


def plays_with_bots(person: Person) -> None:
    person.queue_for(QUEST)
    press(person, "Play with practice team-mates")
    person.see_the_room()
    person.start()
    for _ in range(3):
        expect(person.page.get_by_role("button", name="Cast my vote")).to_be_visible()
        person.vote("A", REASON)
        commit = person.page.get_by_role("button", name=re.compile("^Commit"))
        expect(commit).to_be_visible(timeout=SOON)
        # Bots that agree with nobody make it a tie, which whoever commits settles.
        tied = person.page.locator("label.option:has(input[value='A'])")
        if tied.count():
            tied.click()
        commit.click()
    person.sees("You have decided.")
    follow(person, "Open the decision map")
    person.page.wait_for_url(re.compile("/artifact/"))


def test_a_stranger_reads_a_shared_map_until_it_is_withdrawn(
    arrive: Entering, seat_ben: Seating, devices: tuple[str, str, bool]
) -> None:
    ben = seat_ben()
    device, other, dark = devices
    plays_with_bots(ben)
    look(ben)
    does_over_a_broken_line(ben, "Make a link to share")
    expect(ben.page.get_by_label("The link to this map")).to_be_focused()
    survives(ben, text("The link to this map"), device=other, ways=("Me", QUEST))
    link = ben.page.get_by_label("The link to this map").input_value()

    cleo = arrive("Cleo", device=device, dark=dark)
    cleo.page.goto(link)
    for happening in (lambda who: None, refresh):
        happening(cleo)
        cleo.sees(REASON)
        cleo.sees("The names are made up.")
        cleo.sees("Member A")
        cleo.does_not_see("Ben")
        look(cleo)

    does_over_a_broken_line(ben, "Withdraw the link")
    expect(ben.page.get_by_text("The link is withdrawn")).to_be_focused()
    survives(ben, text("Make a link to share"), device=device, ways=("Me", QUEST))
    refresh(cleo)
    expect(cleo.heading("This map is no longer shared")).to_be_visible()
    look(cleo)
    follow(cleo, "Enter with a code")
    expect(cleo.page.get_by_label("Your event’s code")).to_be_visible()

"""The way in, the profile, and a person's own page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from echoroom import limits
from echoroom.events.countries import COUNTRIES, LANGUAGES
from echoroom.events.errors import CodeInvalid, LinkInvalid
from echoroom.events.forms import ProfileForm, initial_of
from echoroom.events.models import Participant
from echoroom.events.pages import seated, with_profile
from echoroom.events.qr import qr_of
from echoroom.events.selectors import event_of_link, own_profile, participant_of
from echoroom.events.services import entry as entering
from echoroom.events.services import profiles, seats
from echoroom.events.viewers import device_of, is_moved, sit_down, viewer_of
from echoroom.limits.decorators import page_limit
from echoroom.pages import go, page, part, safe_next, wants_part
from echoroom.refusals import Invalid, RateLimited, Refusal
from echoroom.viewer import Viewer


@page
@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
@page_limit("entry_page")
def entry(request: HttpRequest) -> HttpResponse:
    """The code field. A code that does not let in keeps what was typed."""
    typed = (request.POST.get("code") or request.GET.get("code") or "")[:40]
    if request.method != "POST":
        return _entry_page(request, typed)
    try:
        if not typed.strip():
            raise CodeInvalid("Type the code that is on the wall or on your invitation.")
        address = limits.client_address(request)
        entered = entering.enter_with_code(by=viewer_of(request), code=typed, address=address)
    except (CodeInvalid, RateLimited) as refusal:
        return _entry_page(request, typed, refusal)
    return _let_in(request, entered)


def _entry_page(request: HttpRequest, typed: str, refusal: Refusal | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    context = {
        "typed": typed,
        "problem": refusal,
        "next": safe_next(request, ""),
        "seat": participant_of(viewer=viewer) if viewer.participant_id else None,
        "is_moved": is_moved(request),
    }
    response = render(request, "events/entry.html", context, status=refusal.status if refusal else 200)
    if refusal and refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _let_in(request: HttpRequest, entered: entering.Entry) -> HttpResponse:
    if entered.is_new:
        sit_down(request, entered.participant, remember="remember" in request.POST)
    onward = safe_next(request, reverse("world"))
    return go(request, onward if entered.participant.has_profile else f"{reverse('profile')}?next={quote(onward)}")


@page
@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
def join(request: HttpRequest, link: str) -> HttpResponse:
    """The QR code's page: a preview of the link uses nothing up, the button enters. Nobody can guess it: no limit."""
    if request.method == "POST":
        return _let_in(request, entering.enter_with_link(by=viewer_of(request), token=link))
    event = event_of_link(token=link)
    if event is None:
        raise LinkInvalid("It may have been switched off or used up. Type the event's code, or ask an organiser.")
    return render(request, "events/join.html", {"event": event, "is_inside": viewer_of(request).event_id == event.pk})


@page
@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
@page_limit("entry_page")
def seat(request: HttpRequest, token: str) -> HttpResponse:
    """The personal link: looking at it changes nothing and tells nothing, the button takes the seat over."""
    if request.method == "POST":
        participant = seats.take_over(by=viewer_of(request), token=token, address=limits.client_address(request))
        sit_down(request, participant, remember="remember" in request.POST)
        return _without_referrer(go(request, reverse("world")))
    return _without_referrer(render(request, "events/seat.html"))


def _without_referrer(response: HttpResponse) -> HttpResponse:
    """The address is a secret: the next page must not learn it, and nobody may keep the answer."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@page
@require_http_methods(["GET", "HEAD"])
@seated("room_read")
def _profile_form(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    participant = participant_of(viewer=viewer)
    if participant is None:
        return go(request, reverse("entry"))
    return _profile_page(request, participant, ProfileForm(initial=initial_of(own_profile(participant))))


@page
@require_POST
@seated("write")
def _profile_sent(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    form = ProfileForm(request.POST)
    participant = participant_of(viewer=viewer)
    if participant is None:
        return go(request, reverse("entry"))
    try:
        _save_profile(viewer, form, has_consented=participant.consented_at is not None)
    except Invalid as refusal:
        for field, sentences in refusal.errors.items():
            form.errors.setdefault(field, form.error_class(sentences))
        return _profile_page(request, participant, form, refusal)
    return go(request, safe_next(request, reverse("world")))


@transaction.atomic
def _save_profile(viewer: Viewer, form: ProfileForm, *, has_consented: bool) -> None:
    """Save all or nothing; what is wrong is said of all fields at once, by the form and by the service."""
    errors: dict[str, list[str]] = {}
    if not form.is_valid():
        errors = {field: [str(sentence) for sentence in said] for field, said in form.errors.items()}
    changes = {name: value for name, value in form.cleaned_data.items() if name != "consent"}
    consent = bool(form.cleaned_data.get("consent"))
    if not consent and not has_consented:
        errors["consent"] = ["Your team can only see you if you agree."]
    try:
        profiles.update_profile(by=viewer, changes=changes, consent=consent)
    except Invalid as refusal:
        errors = {**refusal.errors, **errors}
    if errors:
        raise Invalid(errors=errors)


def _profile_page(
    request: HttpRequest, participant: Participant, form: ProfileForm, refusal: Refusal | None = None
) -> HttpResponse:
    request.event = participant.event  # type: ignore[attr-defined]
    context = {
        "form": form,
        "participant": participant,
        "problem": refusal,
        "next": safe_next(request, ""),
        "languages": sorted(LANGUAGES.values()),
    }
    return render(request, "events/profile.html", context, status=refusal.status if refusal else 200)


def profile(request: HttpRequest) -> HttpResponse:
    """One's own profile, with its private part."""
    return _profile_sent(request) if request.method == "POST" else _profile_form(request)


@page
@require_safe
@with_profile("room_read")
def me(request: HttpRequest, participant: Participant) -> HttpResponse:
    return render(request, "events/me.html", _me(participant))


def _me(participant: Participant) -> dict[str, Any]:
    languages = [LANGUAGES.get(code, code) for code in participant.languages]
    return {
        "participant": participant,
        "country": COUNTRIES.get(participant.country, ""),
        "languages": languages,
    }


@page
@require_http_methods(["GET", "HEAD", "POST"])
@with_profile("write")
def personal_link(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Make a personal link and show it, this once: it is kept as a hash only."""
    if request.method != "POST":
        return go(request, reverse("me"))
    link = seats.make_personal_link(by=seats.seat_of(participant))
    context = {"link": link, "qr": qr_of(link)}
    if wants_part(request):
        return _without_referrer(part(request, "events/parts/personal_link.html", context))
    return _without_referrer(render(request, "events/me.html", {**_me(participant), **context}))


@page
@require_POST
@seated("write")
def sign_out(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    seats.sign_out(by=viewer, device=device_of(request))
    request.session.flush()
    return go(request, reverse("entry"))

"""Staff are made and changed by super-admins; guests can only be looked at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.forms import UserCreationForm
from unfold.widgets import UnfoldAdminPasswordWidget

from echoroom.accounts.admin.actions import page_action
from echoroom.accounts.admin.base import ConsoleAdmin, staff
from echoroom.accounts.models import User
from echoroom.accounts.services import create_staff, set_staff_password, update_staff

STAFF_ROLES = [(role.value, role.label) for role in User.Role if role != User.Role.PLAYER]


class StaffCreationForm(UserCreationForm):
    usable_password = None

    class Meta:
        model = User
        fields = ["email", "name", "role"]


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})


@admin.register(User)
class UserAdmin(ConsoleAdmin):
    can_add = can_change = True
    list_display = ["name", "email", "role", "is_active", "created_at"]
    list_filter = ["role", "is_active"]
    search_fields = ["name", "email"]
    search_help_text = "Part of a name or an e-mail address"
    ordering = ["-created_at", "-pk"]
    fields = ["name", "email", "role", "is_active", "created_at", "last_login"]
    readonly_fields = ["email", "created_at", "last_login"]
    add_fieldsets = [(None, {"fields": ["email", "name", "role", "password1", "password2"]})]
    actions_detail = ["set_password"]

    def is_open_to(self, user: User) -> bool:
        return user.is_superuser

    def _makes_staff(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.has_perm("accounts.change_user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._makes_staff(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return self._makes_staff(request) and (obj is None or obj.is_staff)

    def has_set_password_permission(self, request: HttpRequest, object_id: str | UUID | None = None) -> bool:
        return self._makes_staff(request) and (
            object_id is None or User.objects.exclude(role=User.Role.PLAYER).filter(pk=object_id).exists()
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [*self.readonly_fields] if obj else []

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs if obj else {**kwargs, "form": StaffCreationForm})

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_choice_field(db_field, request, **{**kwargs, "choices": STAFF_ROLES})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        role = User.Role(obj.role)
        if change:
            update_staff(by=staff(request), user_id=obj.pk, name=obj.name, role=role, is_active=obj.is_active)
            return
        made = create_staff(
            by=staff(request),
            email=form.cleaned_data["email"],
            name=obj.name,
            password=form.cleaned_data["password1"],
            role=role,
        )
        obj.__dict__.update(made.__dict__)

    @page_action("Set a new password", path="password", icon="key", permission="set_password")
    def set_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        person = self.get_object(request, object_id)
        if person is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        form = NewPasswordForm(person, request.POST or None)
        if form.is_valid():
            set_staff_password(by=staff(request), user_id=person.pk, password=form.cleaned_data["new_password1"])
            self.log_change(request, person, "Set a new password.")
            self.message_user(request, f"{person.name} signs in with the new password from now on.")
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[person.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"A new password for {person.name}",
            "sentence": "Every device that is signed in with the old one is signed out.",
            "form": form,
            "button": "Set the password",
        }
        return TemplateResponse(request, "admin/console/form.html", context)

from django.contrib import admin

# Registers Group, which nothing here uses: rights follow from a person's role and events.
from django.contrib.auth import admin as auth_admin  # noqa: F401
from django.contrib.auth.models import Group

from echoroom.accounts.admin.sign_in import StaffSignInForm
from echoroom.accounts.admin.users import UserAdmin

__all__ = ["UserAdmin"]

admin.site.unregister(Group)
admin.site.login_form = StaffSignInForm
admin.site.index_title = "Overview"

from __future__ import annotations

from typing import Any

from unfold.forms import AuthenticationForm

from echoroom import limits


class StaffSignInForm(AuthenticationForm):
    """Sign-in by e-mail. Each attempt counts, right or wrong; one too many is answered by 429."""

    def clean(self) -> dict[str, Any]:
        # Before the password is looked at: a refused attempt must neither cost a hash nor tell whether it was right.
        limits.check("staff_sign_in", limits.client_address(self.request))
        return super().clean()  # type: ignore[no-any-return]

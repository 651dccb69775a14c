"""Signing in: allauth's forms, with our labels, one field for a new password, and a limit for guessing codes."""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms as accounts
from allauth.core import context, ratelimit
from django import forms
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from papers.members import rules


class Plain(forms.Form):
    """Fields of allauth's forms as ours look: no placeholder repeats the label."""

    labels: Mapping[str, Any] = {
        "login": _("E-mail address"),
        "email": _("E-mail address"),
        "password": _("Password"),
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "code": _("Code from the mail"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Typed once: who mistypes it asks for a code.
        self.fields.pop("password2", None)
        if "password1" in self.fields:
            self.fields["password1"].help_text = _("At least eight characters, and none that everybody would try.")
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            if name in ("login", "email"):
                field.widget.attrs |= {"autocomplete": "username" if name == "login" else "email"}
                field.widget.attrs["spellcheck"] = "false"
                field.validators.append(MaxLengthValidator(rules.ADDRESS_LENGTH))


class SignInForm(Plain, accounts.LoginForm):
    """Address and password; without the password, or with the button that says so, a code is mailed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        self.fields["password"].help_text = ""

    def clean_password(self) -> str:
        return "" if "by_code" in self.data else self.cleaned_data["password"]


class CodeByMailForm(Plain, accounts.RequestLoginCodeForm):
    pass


class CodeForm(Plain, accounts.BaseConfirmCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= CODE_BOX

    def clean_code(self) -> str:
        # allauth counts in the session, which many guesses at the same moment get round.
        if not may_guess(context.request):
            raise forms.ValidationError(rules.why_no_more_guesses())
        return super().clean_code()


CODE_BOX = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "maxlength": "20",
    "class": "code-input",
    "autofocus": True,
}


def may_guess(request: HttpRequest) -> bool:
    """Count one more try to guess a code from this browser, and return whether it is not too many."""
    return bool(ratelimit.consume(request, action="guess_code", key=request.session.session_key or ""))


class SignInCodeForm(CodeForm, accounts.ConfirmLoginCodeForm):
    pass


class AddressCodeForm(CodeForm, accounts.ConfirmEmailVerificationCodeForm):
    pass


class ResetCodeForm(CodeForm, accounts.ConfirmPasswordResetCodeForm):
    pass


class NewAddressForm(Plain, accounts.AddEmailForm):
    labels = {"email": _("New e-mail address")}


class ChangePasswordForm(Plain, accounts.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(Plain, accounts.SetPasswordForm):
    pass


class ForgottenPasswordForm(Plain, accounts.ResetPasswordForm):
    pass


class NewPasswordForm(Plain, accounts.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(Plain, accounts.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""

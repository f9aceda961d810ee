"""The forms of people, organisations, grants and deputies, and allauth's with our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator

from linli.web.accounts.models import Organisation, User
from linli.web.accounts.roles import role_matrix
from linli.web.accounts.selectors import grantable_places, list_organisations
from linli.web.pages.forms import DateInput, ReasonForm, WordForm
from linli.web.words import current_language, say

__all__ = [
    "DeputyForm",
    "EndForm",
    "GrantForm",
    "NewUserForm",
    "OrganisationForm",
    "PasswordForm",
    "SignInForm",
    "UserForm",
]


class SignInForm(LoginForm):  # type: ignore[misc]
    """Signing in, in our words."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("login", "password"):
            self.fields[name].label = say(f"accounts.form.{name}")
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """Changing one's password, in our words."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("oldpassword", "password1", "password2"):
            self.fields[name].label = say(f"accounts.form.{name}")
            self.fields[name].widget.attrs.pop("placeholder", None)


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = say("accounts.form.key_name")


class EditKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = say("accounts.form.key_name")


class _OrganisationChoice(forms.ModelChoiceField[Organisation]):
    def label_from_instance(self, obj: Any) -> str:
        name = obj.name_en if obj.name_en and current_language() == "en" else obj.name
        return f"{name} ({obj.parent})" if obj.parent else str(name)


class UserForm(WordForm):
    """What is known of a person."""

    words = "accounts.form"

    name = forms.CharField(max_length=50)
    organisation = _OrganisationChoice(queryset=None)
    title = forms.CharField(max_length=50, required=False)
    phone = forms.CharField(max_length=20, required=False)
    email = forms.EmailField(required=False)
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = list_organisations(user, "edit").filter(is_active=True)


class NewUserForm(UserForm):
    """A new account."""

    username = forms.CharField(max_length=50, validators=[UnicodeUsernameValidator()])
    field_order = ("username", "name", "organisation", "title", "phone", "email", "reason")


class OrganisationForm(WordForm):
    """A new organisation."""

    words = "accounts.form"

    name = forms.CharField(max_length=100)
    name_en = forms.CharField(max_length=100, required=False)
    kind = forms.ChoiceField()
    place = forms.ChoiceField()
    parent = _OrganisationChoice(queryset=None, required=False)
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "kind", [(kind, say(f"accounts.kind.{kind}")) for kind in Organisation.Kind.values])
        _choices(self, "place", _places(user))
        field = self.fields["parent"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = list_organisations(user, "edit").filter(is_active=True)


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]], *, empty: bool = True) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", say("pages.word.choose")), *choices] if empty else choices


def _places(user: User) -> list[tuple[str, str]]:
    """Return the places where a person may grant, indented by their depth."""
    english = current_language() == "en"
    rows = list(grantable_places(user))
    top = min((row.path.count("/") for row in rows), default=1)
    return [
        (row.path, "\u3000" * (row.path.count("/") - top) + ((row.name_en or row.name) if english else row.name))
        for row in rows
    ]


class GrantForm(WordForm):
    """A role for a person at a place."""

    words = "accounts.form"

    role = forms.ChoiceField()
    place = forms.ChoiceField()
    module = forms.ChoiceField(required=False)
    begins = forms.DateField(widget=DateInput, required=False)
    ends = forms.DateField(widget=DateInput, required=False)
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        matrix = role_matrix()
        _choices(self, "role", [(code, say(f"accounts.role.{code}")) for code in matrix.roles])
        _choices(self, "place", _places(user))
        modules = [("", say("accounts.word.all_modules"))]
        modules += [(code, say(f"accounts.module.{code}")) for code in matrix.modules]
        _choices(self, "module", modules, empty=False)


class EndForm(ReasonForm):
    """The last day of a grant."""

    words = "accounts.form"

    ends = forms.DateField(widget=DateInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("ends", "reason", "version")


class DeputyForm(WordForm):
    """Who stands in, from when until when."""

    words = "accounts.form"

    deputy = forms.CharField(max_length=50)
    begins = forms.DateField(widget=DateInput)
    ends = forms.DateField(widget=DateInput)
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_deputy(self) -> User:
        """Return the person of that user's name."""
        name = self.cleaned_data["deputy"]
        found = User.objects.filter(username__iexact=name, is_active=True).first()
        if found is None:
            raise forms.ValidationError(say("accounts.refuse.nobody"))
        return found

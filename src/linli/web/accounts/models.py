"""People, places, organisations, grants and deputies.

*Place*: a node of the jurisdiction tree 市 → 区 → 街道 → 社区, known by its *path* (``3301/330105/``).
*Organisation*: a body that people belong to, at a place. *Grant*: a role at a place until a date.
*Deputy*: one who stands in for another.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from linli.web.accounts.rights import Rights, rights_of
from linli.web.accounts.scope import Gate, Scope, scope_filter

__all__ = ["Deputy", "Grant", "Organisation", "Place", "User"]


class Place(models.Model):
    """A node of the jurisdiction tree."""

    path = models.CharField(max_length=200, unique=True)
    code = models.CharField(max_length=32)
    level = models.CharField(max_length=16)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)

    _all = models.Manager()
    # Names of districts and streets are no secret: everybody signed in may read the tree.
    objects = models.Manager()

    class Meta:
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name

    @property
    def parents(self) -> tuple[str, ...]:
        """Paths of the places above and of this one, highest first."""
        parts = self.path.rstrip("/").split("/")
        return tuple("/".join(parts[: i + 1]) + "/" for i in range(len(parts)))


class Organisation(models.Model):
    """A body that people belong to: an office of a city, district, street or community, or one beside them."""

    class Kind(models.TextChoices):
        """What kind of body."""

        CITY = "city"
        DISTRICT = "district"
        STREET = "street"
        COMMUNITY = "community"
        DEPARTMENT = "department"
        OPERATOR = "operator"
        PROVIDER = "provider"
        EXPERT = "expert"

    scope: ClassVar[Scope] = Scope("people", path="place")

    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    place = models.CharField(max_length=200, db_index=True, blank=True)
    is_active = models.BooleanField(default=True)

    _all = models.Manager()
    objects = Gate["Organisation"]()

    class Meta:
        ordering = ("place", "name")
        constraints: ClassVar = [models.UniqueConstraint(fields=["parent", "name"], name="organisation_name")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Django's and allauth's way to people; ours is `visible_to`."""

    def visible_to(self, user: Any, action: str = "view") -> models.QuerySet[User]:
        """Return the people whom a person may see, or may do `action` on."""
        return self.filter(scope_filter(User.scope, user, action))


class User(AbstractBaseUser):
    """A person with an account. People are never deleted, only deactivated: what they did keeps their name."""

    scope: ClassVar[Scope] = Scope("people", path="organisation__place", own=("pk",))

    username = models.CharField(max_length=50, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(max_length=50)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=50, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people")
    language = models.CharField(max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "organisation"]

    class Meta:
        ordering = ("organisation__place", "username")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="user_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def rights(self) -> Rights:
        """What the person may do today."""
        return rights_of(self)

    def get_full_name(self) -> str:
        """Return the person's name."""
        return self.name

    def get_short_name(self) -> str:
        """Return the person's name."""
        return self.name


class GrantManager(models.Manager["Grant"]):
    """Grants by whether they count."""

    def in_force(self, on: date) -> models.QuerySet[Grant]:
        """Return the grants that count on a day."""
        return self.filter(revoked_at=None, begins__lte=on).filter(Q(ends=None) | Q(ends__gte=on))


class Grant(models.Model):
    """A role at a place (for one module, or all of the role's) from a day until a day."""

    scope: ClassVar[Scope] = Scope("people", path="place", own=("user",))

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32)
    place = models.CharField(max_length=200, db_index=True, blank=True)
    module = models.CharField(max_length=32, blank=True)
    begins = models.DateField()
    ends = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    _all = GrantManager()
    objects = Gate["Grant"]()

    class Meta:
        ordering = ("place", "role", "pk")

    def __str__(self) -> str:
        return f"{self.user.username}: {self.role} @ {self.place or '*'}"

    @property
    def state(self) -> str:
        """``in_force``, ``coming``, ``expired`` or ``revoked``."""
        today = timezone.localdate()
        if self.revoked_at is not None:
            return "revoked"
        if self.begins > today:
            return "coming"
        return "expired" if self.ends is not None and self.ends < today else "in_force"


class Deputy(models.Model):
    """One who stands in for another from a day to a day, with all the other's grants but an administrator's."""

    scope: ClassVar[Scope] = Scope("people", path="principal__organisation__place", own=("principal", "deputy"))

    principal = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="stands_in_for")
    begins = models.DateField()
    ends = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    _all = models.Manager()
    objects = Gate["Deputy"]()

    class Meta:
        ordering = ("-begins", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(principal=models.F("deputy")), name="deputy_is_another"),
            models.CheckConstraint(condition=Q(ends__gte=models.F("begins")), name="deputy_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy.username} for {self.principal.username}"

    @property
    def state(self) -> str:
        """``in_force``, ``coming``, ``expired`` or ``revoked``."""
        today = timezone.localdate()
        if self.ended_at is not None:
            return "revoked"
        if self.begins > today:
            return "coming"
        return "expired" if self.ends < today else "in_force"

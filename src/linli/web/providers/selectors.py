"""Every reading of providers, through the gate; the published directory is everybody's."""

from __future__ import annotations

from django.db.models import QuerySet

from linli.web.accounts.models import User
from linli.web.providers.models import DirectoryVersion, OperatingRecord, Provider, ProviderFile, YearEvaluation

__all__ = [
    "evaluations_of",
    "get_version",
    "list_files",
    "list_providers",
    "list_versions",
    "newest_version",
    "records_of",
]


def list_providers(user: User, action: str = "view") -> QuerySet[Provider]:
    """Return the providers that a person may see, or may do `action` on."""
    return Provider.objects.visible_to(user, action).select_related("organisation", "created_by")


def list_files(user: User, action: str = "view") -> QuerySet[ProviderFile]:
    """Return the evidence that a person may see."""
    return ProviderFile.objects.visible_to(user, action).select_related("provider", "by")


def records_of(user: User, provider: Provider) -> QuerySet[OperatingRecord]:
    """Return a provider's operating record, as far as the person may see it."""
    return OperatingRecord.objects.visible_to(user).filter(provider=provider).select_related("by")


def evaluations_of(user: User, provider: Provider) -> QuerySet[YearEvaluation]:
    """Return a provider's yearly evaluations, as far as the person may see them."""
    return YearEvaluation.objects.visible_to(user).filter(provider=provider).select_related("by")


def list_versions() -> QuerySet[DirectoryVersion]:
    """Return the published versions, the newest first."""
    return DirectoryVersion.objects.all()


def newest_version() -> DirectoryVersion | None:
    """Return the version in force, if any was published."""
    return DirectoryVersion.objects.order_by("-number").first()


def get_version(number: int) -> DirectoryVersion | None:
    """Return a published version by its number."""
    return DirectoryVersion.objects.filter(number=number).first()

"""Addresses of the whole site. A new app adds one line here, and one to the menu."""

from __future__ import annotations

from django.urls import include, path

from linli.web.api import api
from linli.web.communities.views import home
from linli.web.pages import views
from linli.web.pages.basemap import basemap

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

handler400 = "linli.web.pages.errors.bad_request"
handler403 = "linli.web.pages.errors.forbidden"
handler404 = "linli.web.pages.errors.not_found"
handler500 = "linli.web.pages.errors.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("me/", views.desk, name="desk"),
    path("language/", views.set_language, name="set_language"),
    path("health", views.health, name="health"),
    path("metrics", views.metrics, name="metrics"),
    path("basemap.pmtiles", basemap, name="basemap"),
    path("", include("linli.web.accounts.sign_in")),
    path("manage/", include("linli.web.accounts.urls")),
    path("audit/", include("linli.web.audit.urls")),
    path("jobs/", include("linli.web.jobs.urls")),
    path("projects/", include("linli.web.projects.urls")),
    path("funds/", include("linli.web.funds.urls")),
    path("providers/", include("linli.web.providers.urls")),
    path("places/", include("linli.web.places.urls")),
    path("rooms/", include("linli.web.rooms.urls")),
    path("surveys/", include("linli.web.surveys.urls")),
    path("imports/", include("linli.web.imports.urls")),
    path("field/", include("linli.web.field.urls")),
    path("wishes/", include("linli.web.wishes.urls")),
    path("assessments/", include("linli.web.assessments.urls")),
    path("life-circle/", include("linli.web.lifecircle.urls")),
    path("communities/", include("linli.web.communities.urls")),
    path("plans/", include("linli.web.plans.urls")),
    path("standards/", include("linli.web.standards.urls")),
    path("api/v1/", api.urls),
]

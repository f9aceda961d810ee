"""The pages of the audit trail: browse, one event, export."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from linli.web.accounts.access import access, user_of
from linli.web.accounts.selectors import place_names
from linli.web.audit.lists import EVENTS
from linli.web.audit.models import Event
from linli.web.audit.selectors import list_events
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.table import show_table
from linli.web.words import current_language

__all__ = ["event", "events", "events_export"]


@require_GET
@access("audit", "view")
def events(request: HttpRequest) -> HttpResponse:
    """List events."""
    user = user_of(request)
    exports = []
    if user.rights.may("audit", "export"):
        exports = [(kind, reverse("audit:events_export", args=[kind])) for kind in FORMATS]
    shown = show_table(EVENTS, list_events(user), request.GET, exports=exports)
    return render(request, "audit/events.html", {"table": shown})


@require_GET
@access("audit", "export")
def events_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the events as a file; taking it is an event."""
    rows = Event.objects.visible_to(user_of(request), "export").select_related("actor", "on_behalf_of")
    return export_table(request, EVENTS, rows, kind, module="audit")


@require_GET
@access("audit", "view")
def event(request: HttpRequest, number: int) -> HttpResponse:
    """Show one event with what changed, and the others about the same object."""
    user = user_of(request)
    one = get_object_or_404(list_events(user), number=number)
    others = list_events(user).filter(object_type=one.object_type, object_id=one.object_id).exclude(number=one.number)
    about = {
        "event": one,
        "others": others[:20] if one.object_id else [],
        "names": place_names([one.place], current_language()),
    }
    return render(request, "audit/event.html", about)

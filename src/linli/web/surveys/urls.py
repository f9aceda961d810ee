"""Addresses of rounds, what communities hand in, bulk layers and snapshots."""

from __future__ import annotations

from django.urls import path

from linli.web.surveys import bulk_views, snapshot_views, views

__all__ = ["app_name", "urlpatterns"]

app_name = "surveys"

urlpatterns = [
    path("", views.list_all, name="rounds"),
    path("export/<str:kind>/", views.list_export, name="rounds_export"),
    path("new/", views.new, name="new"),
    path("layers/", bulk_views.layers, name="layers"),
    path("layers/export/<str:kind>/", bulk_views.layers_export, name="layers_export"),
    path("layers/sent/export/<str:kind>/", bulk_views.uploads_export, name="uploads_export"),
    path("layers/new/", bulk_views.new, name="upload_new"),
    path("layers/residents/", bulk_views.residents, name="residents"),
    path("layers/outlines/<path:place>", bulk_views.outlines, name="outlines"),
    path("layers/sent/<int:pk>/", bulk_views.upload, name="upload"),
    path("layers/sent/<int:pk>/map.json", bulk_views.upload_map, name="upload_map"),
    path("layers/sent/<int:pk>/findings/export/<str:kind>/", bulk_views.findings_export, name="upload_findings_export"),
    path("layers/sent/<int:pk>/keep/", bulk_views.keep, name="keep"),
    path("layers/sent/<int:pk>/discard/", bulk_views.discard, name="discard"),
    path("layers/<slug:layer>/<int:pk>/", bulk_views.layer, name="layer"),
    path("layers/<slug:layer>/<int:pk>/map.json", bulk_views.layer_map, name="layer_map"),
    path("layers/<slug:layer>/<int:pk>/export/<str:kind>/", bulk_views.layer_export, name="layer_export"),
    path("layers/<slug:layer>/<int:pk>/use/", bulk_views.use, name="use"),
    path("layers/<slug:layer>/<int:pk>/stop/", bulk_views.stop, name="stop"),
    path("snapshots/", snapshot_views.list_all, name="snapshots"),
    path("snapshots/export/<str:kind>/", snapshot_views.list_export, name="snapshots_export"),
    path("snapshots/<slug:code>/", snapshot_views.snapshot, name="snapshot"),
    path("snapshots/<slug:code>/verify/", snapshot_views.verify, name="verify"),
    path(
        "snapshots/<slug:code>/<slug:layer>/export/<str:kind>/",
        snapshot_views.layer_export,
        name="snapshot_layer_export",
    ),
    path("rounds/<slug:code>/", views.round_, name="round"),
    path("rounds/<slug:code>/edit/", views.edit, name="edit"),
    path("rounds/<slug:code>/options/", views.options, name="options"),
    path("rounds/<slug:code>/review/", views.review, name="review"),
    path("rounds/<slug:code>/reopen/", views.reopen, name="reopen"),
    path("rounds/<slug:code>/complete/", views.complete, name="complete"),
    path("rounds/<slug:code>/check/", views.check, name="check"),
    path("rounds/<slug:code>/freeze/", views.freeze, name="freeze"),
    path("rounds/<slug:code>/map.json", views.map_features, name="map"),
    path("rounds/<slug:code>/export/<str:kind>/", views.returns_export, name="returns_export"),
    path("rounds/<slug:code>/findings/", views.findings, name="findings"),
    path("rounds/<slug:code>/findings/export/<str:kind>/", views.findings_export, name="findings_export"),
    path("rounds/<slug:code>/late/", views.late, name="late"),
    path("rounds/<slug:code>/late/export/<str:kind>/", views.late_export, name="late_export"),
    path("rounds/<slug:code>/late/remind/", views.remind, name="remind"),
    path("rounds/<slug:code>/<str:community>/", views.return_, name="return"),
    path("rounds/<slug:code>/<str:community>/none/", views.none, name="none"),
    path("rounds/<slug:code>/<str:community>/submit/", views.submit, name="submit"),
    path("rounds/<slug:code>/<str:community>/accept/", views.accept, name="accept"),
    path("rounds/<slug:code>/<str:community>/send-back/", views.send_back, name="send_back"),
]

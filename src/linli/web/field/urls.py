"""Addresses of field: what a phone keeps lies directly below, so that its service worker rules it."""

from __future__ import annotations

from django.urls import path

from linli.web.field import phone, views

__all__ = ["app_name", "urlpatterns"]

app_name = "field"

urlpatterns = [
    path("", phone.home, name="home"),
    path("offline-worker.js", phone.offline_worker, name="offline_worker"),
    path("map-worker.js", phone.map_worker, name="map_worker"),
    path("token/", phone.token, name="token"),
    path("submissions/", phone.submissions, name="submissions"),
    path("c/<str:code>/", phone.community, name="community"),
    path("c/<str:code>/answers/<path:item>/", phone.answer, name="answer"),
    path("c/<str:code>/<str:layer>/new/", phone.new, name="new"),
    path("c/<str:code>/<str:layer>/<path:key>/", phone.record, name="record"),
    path("mine/", views.mine, name="mine"),
    path("entries/", views.entries, name="entries"),
    path("entries/export/<str:kind>/", views.entries_export, name="entries_export"),
    path("entries/approve/", views.approve, name="approve"),
    path("entries/<uuid:client>/", views.entry, name="entry"),
    path("entries/<uuid:client>/review/", views.review, name="review"),
    path("entries/<uuid:client>/remark/", views.remark, name="remark"),
    path("pictures/<int:pk>/", views.picture, name="picture"),
    path("entries/conflicts/", views.conflicts, name="conflicts"),
    path("entries/conflicts/export/<str:kind>/", views.conflicts_export, name="conflicts_export"),
    path("entries/conflicts/<int:pk>/", views.decide, name="decide"),
    path("entries/conflicts/<int:pk>/decline/", views.decline, name="decline"),
]

"""Addresses of the register."""

from __future__ import annotations

from django.urls import path, register_converter

from linli.web.places import record_views, views
from linli.web.places.addresses import KeyConverter, LayerConverter
from linli.web.places.photos import views as photo_views
from linli.web.places.twins import views as twin_views

__all__ = ["app_name", "urlpatterns"]

register_converter(LayerConverter, "layer")
register_converter(KeyConverter, "key")

app_name = "places"

urlpatterns = [
    path("", views.register, name="register"),
    path("search/", views.search, name="search"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("photos/<int:pk>/", photo_views.photo, name="photo"),
    path("photos/<int:pk>/small/", photo_views.photo_small, name="photo_small"),
    path("photos/<int:pk>/withdraw/", photo_views.withdraw, name="photo_withdraw"),
    path("<layer:layer>/", views.list_all, name="list"),
    path("<layer:layer>/export/<str:kind>/", views.list_export, name="list_export"),
    path("<layer:layer>/map/", views.on_map, name="map"),
    path("<layer:layer>/features/", views.features, name="features"),
    path("<layer:layer>/tiles/<int:z>/<int:x>/<int:y>/", views.tile, name="tile"),
    path("<layer:layer>/new/", record_views.new, name="new"),
    path("<layer:layer>/duplicates/", twin_views.list_all, name="twins"),
    path("<layer:layer>/duplicates/<key:first>/<key:second>/", twin_views.merge, name="merge"),
    path("<layer:layer>/duplicates/<key:first>/<key:second>/two/", twin_views.part, name="part"),
    path("<layer:layer>/record/<key:key>/", record_views.record, name="record"),
    path("<layer:layer>/record/<key:key>/feature/", record_views.record_feature, name="feature"),
    path("<layer:layer>/record/<key:key>/edit/", record_views.edit, name="edit"),
    path("<layer:layer>/record/<key:key>/position/", record_views.position, name="position"),
    path("<layer:layer>/record/<key:key>/close/", record_views.close, name="close"),
    path("<layer:layer>/record/<key:key>/reopen/", record_views.reopen, name="reopen"),
    path("<layer:layer>/record/<key:key>/versions/<int:number>/restore/", record_views.restore, name="restore"),
    path("<layer:layer>/record/<key:key>/photos/new/", photo_views.new, name="photo_new"),
]

import pytest
from django.urls import reverse
from django.utils import translation

from linli.web.audit.models import Event
from linli.web.jobs.runner import perform
from linli.web.surveys import services
from linli.web.surveys.models import Snapshot

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"surveys:{name}", args=args)


@pytest.fixture
def frozen(demo, monkeypatch):
    from linli.web.audit.actor import Actor

    monkeypatch.setattr("linli.web.surveys.work.AFTER_FREEZE", [])
    who = Actor(demo.office, demo.office.username)
    job = services.round_freeze(actor=who, round_=demo.round, base_version=2, reason="已齐")
    perform(str(job.pk))
    return Snapshot._all.get()


def test_a_snapshot_is_shown_verified_and_given_layer_by_layer(demo, frozen, enter):
    client = enter(demo.office)
    text = client.get(address("snapshot", "demo")).content.decode()
    assert frozen.digest in text
    assert "七个登记图层" in text
    assert "EPSG:4549" in text
    assert address("snapshot_layer_export", "demo", "rooms", "gpkg") in text
    assert "核验通过" in client.post(address("verify", "demo"), follow=True).content.decode()
    answer = client.get(address("snapshot_layer_export", "demo", "facilities", "csv"))
    assert answer["X-Rows"] == "712"
    assert Event._all.filter(event="surveys.snapshot.export").count() == 1
    for layer, kind in (("poems", "csv"), ("rooms", "exe")):
        assert client.get(address("snapshot_layer_export", "demo", layer, kind)).status_code == 404
    away = enter(demo.city.user("street", "3301/330105/330105011/"))
    assert address("snapshot", "demo") not in away.get(address("snapshots")).content.decode()
    assert away.get(address("snapshot", "demo")).status_code == 404
    client = enter(demo.office)
    client.cookies["linli_language"] = "en"
    assert "its seven layers" in client.get(address("snapshot", "demo")).content.decode()
    assert client.get(address("snapshots")).status_code == 200
    translation.activate("zh-hans")


def test_a_changed_file_is_found(demo, frozen, enter):
    client = enter(demo.office)
    (frozen.path / "rooms.parquet").write_bytes(b"x")
    assert "核验未通过" in client.post(address("verify", "demo"), follow=True).content.decode()
    answer = client.get(address("snapshot_layer_export", "demo", "rooms", "csv"))
    assert answer.status_code == 302
    (frozen.path / "manifest.json").write_text("{}", encoding="utf-8")
    text = client.get(address("snapshot", "demo")).content.decode()
    assert "核验未通过" in text
    assert str(frozen.path) not in text
    event = Event._all.filter(event="surveys.snapshot.verify").latest("number")
    assert '"whole":false' in event.after.replace(" ", "")

import pytest

from linli.errors import ConfigError
from linli.web.config import (
    FILE_NAME,
    SiteConfig,
    current_site,
    database_settings,
    mail_settings,
    read_site,
    site_template,
    unsaved_site,
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / FILE_NAME).write_text(site_template(), encoding="utf-8")
    (tmp_path / "secret.key").write_text("k" * 50)
    return tmp_path


def test_the_template_is_good_and_names_every_setting(folder):
    assert read_site(folder, {}).config.port == 8000
    assert [name for name in SiteConfig.model_fields if f"{name}:" not in site_template()] == []


def test_the_environment_wins(folder):
    said = {
        "LINLI_PORT": "9000",
        "LINLI_HOSTS": '["a.example"]',
        "LINLI_LANGUAGE": "en",
        "DATABASE_URL": "postgres://u:p%40@h:5/n?sslmode=require",
    }
    site = read_site(folder, said)
    assert (site.config.port, site.config.hosts, site.config.language) == (9000, ("a.example",), "en")
    database = database_settings(site)
    assert (database["USER"], database["PASSWORD"], database["HOST"], database["PORT"]) == ("u", "p@", "h", 5)
    assert (database["NAME"], database["OPTIONS"]) == ("n", {"sslmode": "require"})


def test_everything_wrong_is_told_at_once_with_its_line(folder):
    (folder / FILE_NAME).write_text("port: 99999999\nhttps: perhaps\nnonsense: 1\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_site(folder, {})
    assert [(p.row, p.column) for p in caught.value.problems] == [(1, "port"), (2, "https"), (3, "nonsense")]


@pytest.mark.parametrize(
    "text",
    ["database_url: mysql://x", "name: {zh: 甲}", "log_days: 30", "- a", "port: [", "map_attribution: {zh: 甲}",
     "tianditu_key: 'a b'", "basemap_file: ../other/city.pmtiles", "basemap_file: city.mbtiles",
     "{tianditu_key: 0123456789abcdef, basemap_file: city.pmtiles}"],
)  # fmt: skip
def test_settings_that_are_refused(folder, text):
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        read_site(folder, {})


def test_the_ground_map_is_a_file_in_the_folder(folder):
    (folder / FILE_NAME).write_text("basemap_file: city.pmtiles\nmap_attribution: {zh: 甲, en: A}\n", encoding="utf-8")
    site = read_site(folder, {})
    assert site.basemap is None
    (folder / "city.pmtiles").touch()
    assert site.basemap == folder.resolve() / "city.pmtiles"
    assert unsaved_site({}).basemap is None


def test_a_folder_that_is_no_site(tmp_path):
    with pytest.raises(ConfigError, match="linli site init"):
        read_site(tmp_path, {})


def test_nothing_switches_the_audit_off():
    assert not [name for name in SiteConfig.model_fields if "audit" in name]


def test_the_key_is_not_shown(folder):
    assert "kkkk" not in repr(read_site(folder, {}))


def test_sqlite_takes_the_lock_at_once(folder):
    assert database_settings(read_site(folder, {}))["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database_settings(unsaved_site({}))["NAME"] == ":memory:"
    assert not current_site().saved


def test_mail_is_sent_only_where_there_is_a_server(folder):
    assert "dummy" in mail_settings(unsaved_site({}))["EMAIL_BACKEND"]
    mail = mail_settings(unsaved_site({"LINLI_SMTP_URL": "smtps://u:p@h:465"}))
    assert (mail["EMAIL_HOST"], mail["EMAIL_USE_SSL"]) == ("h", True)

from django.conf import settings
from django.core.management import call_command


def test_django_itself_finds_nothing_wrong():
    call_command("check", fail_level="WARNING")


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_what_must_never_be():
    assert settings.DEBUG is False
    assert "*" not in settings.ALLOWED_HOSTS
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.PASSWORD_RESET_TIMEOUT <= 3600
    assert "insecure" not in settings.SECRET_KEY

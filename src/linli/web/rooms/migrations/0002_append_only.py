"""Make steps of rooms append-only."""

from django.db import migrations

from linli.web.audit.triggers import keep_tables


class Migration(migrations.Migration):
    """Triggers on SQLite and PostgreSQL."""

    dependencies = [("rooms", "0001_initial")]

    operations = [keep_tables("rooms_step")]

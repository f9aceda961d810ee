"""Make the events table append-only."""

from django.db import migrations

from linli.web.audit.triggers import EVENT_KEYS, keep_tables


class Migration(migrations.Migration):
    """Triggers on SQLite and PostgreSQL."""

    dependencies = [("audit", "0001_initial")]

    operations = [keep_tables("audit_event", keys=EVENT_KEYS)]

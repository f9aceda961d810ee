"""Make the events table append-only."""

from django.db import migrations

from linli.web.audit.triggers import create_triggers, drop_triggers


class Migration(migrations.Migration):
    """Triggers on SQLite and PostgreSQL."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(lambda _, schema: create_triggers(schema), lambda _, schema: drop_triggers(schema)),
    ]

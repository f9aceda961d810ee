"""Make the published versions of the directory append-only."""

from django.db import migrations

from linli.web.audit.triggers import keep_tables


class Migration(migrations.Migration):
    """Triggers on SQLite and PostgreSQL."""

    dependencies = [("providers", "0001_initial")]

    operations = [keep_tables("providers_directoryversion")]

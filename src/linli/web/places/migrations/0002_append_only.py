"""Make versions of the register append-only."""

from django.db import migrations

from linli.web.audit.triggers import keep_tables


class Migration(migrations.Migration):
    """Triggers on SQLite and PostgreSQL."""

    dependencies = [("places", "0001_initial")]

    operations = [keep_tables("places_version")]

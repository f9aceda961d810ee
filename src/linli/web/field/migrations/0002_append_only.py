"""Make submissions and remarks append-only."""

from django.db import migrations

from linli.web.audit.triggers import keep_tables


class Migration(migrations.Migration):
    """Triggers on SQLite and PostgreSQL."""

    dependencies = [("field", "0001_initial")]

    operations = [keep_tables("field_submission", "field_remark")]

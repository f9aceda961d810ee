"""Make the ledger and the approvals append-only."""

from django.db import migrations

from linli.web.audit.triggers import keep_tables


class Migration(migrations.Migration):
    """Triggers on SQLite and PostgreSQL."""

    dependencies = [("funds", "0002_initial")]

    operations = [keep_tables("funds_approval", "funds_booking", "funds_bookingline")]

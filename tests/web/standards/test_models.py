import datetime as dt

import pytest
from django.utils import timezone

from linli.web.standards.models import Waiver


@pytest.mark.parametrize(
    ("begins", "ends", "state", "standing"),
    [(-2, 2, "granted", "in_force"), (1, 2, "granted", "coming"), (-3, -1, "granted", "expired"), (-1, 1, "proposed", "proposed"),
     (-1, 1, "revoked", "revoked")],
)  # fmt: skip
def test_a_waiver_stands_by_its_days(begins, ends, state, standing):
    today = timezone.localdate()
    days = {"begins": today + dt.timedelta(days=begins), "ends": today + dt.timedelta(days=ends)}
    assert Waiver(item="x/y", state=state, **days).standing == standing

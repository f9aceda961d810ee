"""The gate shows what lies within, and nothing else."""

import pytest

from linli.web.accounts.models import Organisation

pytestmark = pytest.mark.django_db


def test_district_sees_its_own_branch(city):
    admin = city.user("security_admin", "3301/330105/")
    seen = set(Organisation.objects.visible_to(admin).values_list("place", flat=True))
    assert seen == {path for path in city.offices if path.startswith("3301/330105/")}

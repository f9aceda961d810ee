"""Tables of providers: what the database refuses, and records as the rules read them."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.web.providers.models import DirectoryVersion, OperatingRecord

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", [{"months": 13}, {"months": 0}, {"satisfied": 101}, {"open_days": 366}])
def test_figures_that_cannot_be_are_refused(case, change):
    record = case.record(case.draft())
    with pytest.raises(IntegrityError), transaction.atomic():
        OperatingRecord._all.filter(pk=record.pk).update(**change)


def test_a_version_comes_back_as_it_was_published(case):
    one = case.listed()
    version = DirectoryVersion.objects.get().as_version()
    assert version.listings == (one.as_listing(timezone.localdate()),)
    assert version.number == 1


def test_what_they_are_called(case):
    one = case.listed()
    record = case.record(one, balance_yuan=1)
    evaluation = case.evaluate(one, 2025, "keep")
    assert str(one) == "SP-00001 某综合运营公司"
    assert str(record) == "一号 2025"
    assert str(evaluation) == "SP-00001 2025: keep"
    assert str(one.files.first()) == "a.pdf"
    assert str(DirectoryVersion.objects.get()).startswith("1 ")
    assert record.as_record().balance_yuan == 1.0

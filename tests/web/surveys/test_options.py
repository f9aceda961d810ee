import pytest

from linli.assess import AssessOptions
from linli.web.refusal import Refused
from linli.web.surveys.options import options_as_json, read_options, standards_to_choose


def test_choices_are_kept_whole_and_come_back_the_same():
    kept = options_as_json(AssessOptions(met_share=0.9, standards=("complete_community",)))
    assert set(kept) == set(AssessOptions.model_fields)
    assert read_options(kept) == AssessOptions(met_share=0.9, standards=("complete_community",))
    assert read_options({}) == AssessOptions()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"met_share": 2}, "met_share"),
        ({"standards": ["no_such"]}, "standards"),
        ({"standards": ["walking"]}, "standards"),
        ({"standards": []}, "standards"),
        ({"grades": {"A": 0.5, "B": 0.9}}, "grades"),
        ({"priority": {"poems": 1}}, "priority"),
        ({"poems": 1}, "poems"),
    ],
)
def test_what_is_not_allowed_is_refused_at_its_field(data, field):
    with pytest.raises(Refused) as refused:
        read_options(data)
    assert refused.value.field == field
    assert str(refused.value)


def test_only_families_with_items_can_be_assessed_by():
    assert {"complete_community", "living_circle"} <= set(standards_to_choose())
    assert "walking" not in standards_to_choose()

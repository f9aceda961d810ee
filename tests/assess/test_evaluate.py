import pytest

from linli.assess.evaluate import evaluate, measure
from linli.assess.ground import prepare
from linli.assess.options import AssessOptions
from linli.rules.requirements import KINDS


@pytest.fixture
def ground(tiny, catalogue):
    return prepare(tiny, catalogue, AssessOptions(standards=catalogue.standards), lambda *_: None)


def test_every_kind_of_requirement_is_measured(ground):
    kinds = {}
    for requirement in ground.requirements:
        found = measure(ground, requirement)
        kinds.setdefault(requirement.kind, found)
        assert found.degree.shape == found.low.shape == found.high.shape == (4,)
    assert set(kinds) == set(KINDS)


def test_a_row_a_community_and_requirement(ground, catalogue):
    items, requirements, bands = evaluate(ground, ground.standards[0])
    assert len(items) == 4 * 20
    asked = sum(len(rule.requirements) for rule in catalogue.items("complete_community"))
    assert len(requirements) == 4 * asked
    assert not requirements.duplicated(["community_id", "item", "requirement"]).any()
    assert bands.groupby(["community_id", "item", "requirement"]).size().eq(7).all()


def test_what_does_not_bind_has_no_degree(ground):
    _, requirements, _ = evaluate(ground, ground.standards[0])
    void = requirements[requirements["status"] == "not_applicable"]
    assert void["degree"].isna().all()
    assert not void["binding"].any()
    # D is the new community: the sports field is asked of it alone
    field = requirements[requirements["requirement"] == "sports_field"]
    assert field.loc[field["status"] != "not_applicable", "community_id"].tolist() == ["D"]

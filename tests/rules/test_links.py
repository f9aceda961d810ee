import pytest

from linli.errors import RuleFileError
from linli.rules import load_catalogue
from linli.rules.links import normal_name, split_reference


@pytest.mark.parametrize(
    ("one", "other"),
    [("托儿所(社区)", "托儿所\uff08社区\uff09"), ("Bus Stop", "bus_stop"), ("公 交 站", "公交站"), ("\uff21BC", "abc")],
)
def test_width_case_and_spaces_do_not_tell_names_apart(one, other):
    assert normal_name(one) == normal_name(other)


def test_a_reference_is_of_the_rule_itself_unless_it_names_another():
    assert split_reference("radius", "a/b") == ("a/b", "radius")
    assert split_reference("c/d.radius", "a/b") == ("c/d", "radius")


def test_what_leans_on_a_broken_rule_is_not_blamed(write_pack):
    broken = "id: facility_types/kiosk\ntitle: {zh: 亭}\n"
    item = (
        "id: complete_community/kiosk\ntitle: {zh: 亭, en: Kiosk}\norder: 99\ngroup: commerce\nrole: item\n"
        "text: {zh: 有亭, en: A kiosk}\nreference: {title: Notice}\ncertainty: published\nlast_checked_on: 2026-11-23\n"
        "requirements:\n  - id: reach\n    kind: reach\n    verb: must\n    kinds: [new]\n    facility_types: [kiosk]\n"
        "    distance: walking/distance.five_minute\n"
    )
    pack = write_pack({"facility_types/kiosk.yaml": broken, "complete_community/kiosk.yaml": item})
    with pytest.raises(RuleFileError) as caught:
        load_catalogue([pack])
    assert {problem.file for problem in caught.value.problems} == {"city/facility_types/kiosk.yaml"}

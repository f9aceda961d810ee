from linli.web.plans.clash import clash_texts, clash_words


def test_what_clashes_is_said_with_its_subject_and_by_how_much():
    floor = {"kind": "floor", "label": "floor 3301", "relax_by": 113.4, "name": {"zh": "和睦社区", "en": "Hemu"}}
    assert clash_words(floor, "zh") == "「和睦社区」的最低覆盖率（放宽 113 人次即可）"
    assert clash_words(floor, "en") == "the floor of Hemu (it would do if it gave by 113 needs)"
    money = {"kind": "budget", "label": "budget", "relax_by": 250000.0, "name": {}}
    assert clash_words(money, "zh") == "资金总额（放宽 250,000 元即可）"
    named = {"kind": "at_most", "label": "projects nursery", "relax_by": None, "name": {}}
    assert clash_words(named, "en") == "the limit of projects: nursery"


def test_a_kind_without_words_is_still_said():
    assert clash_words({"kind": "new_kind", "label": "x", "relax_by": 2}, "zh") == "一项约束"


def test_every_condition_has_a_line_and_none_is_said_too():
    two = [{"kind": "budget", "label": "budget"}, {"kind": "area", "label": "area"}]
    assert clash_texts(two)["zh"].splitlines() == ["资金总额", "面积上限"]
    assert "没有查出" in clash_texts([])["zh"]

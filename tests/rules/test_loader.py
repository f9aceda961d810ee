import shutil
import time
from pathlib import Path

import pytest

from linli.errors import RuleFileError
from linli.rules import check_pack, load_catalogue
from linli.rules.loader import CATALOGUE


def test_the_shipped_catalogue_is_sound_and_loads_fast():
    load_catalogue()  # bytecode and disk
    shortest = min(_seconds_to_load(Path(str(CATALOGUE) + "/" * extra)) for extra in range(1, 4))
    assert shortest < 1.0  # 0.15 s where it was measured; room for a busy machine


def _seconds_to_load(folder):
    from linli.rules.loader import _national, _national_layer

    _national.cache_clear()
    _national_layer.cache_clear()
    before = time.perf_counter()
    load_catalogue(folder=folder)
    return time.perf_counter() - before


def test_the_national_catalogue_is_read_once():
    assert load_catalogue() is load_catalogue([])


def test_files_beside_the_rules_are_left_alone(tmp_path):
    folder = tmp_path / "catalogue"
    shutil.copytree(Path(__file__).parent / "small", folder)
    (folder / "README.md").write_text("About these rules", encoding="utf-8")
    (folder / ".hidden").write_text("x", encoding="utf-8")
    assert load_catalogue(folder=folder).ids == ("shops/bakery", "facility_types/baker")


def test_the_baseline_is_the_same_after_every_overlay(write_pack, changes, today):
    before = load_catalogue()
    version, count = before.version, len(before.ids)
    fills = changes("ratio", 0.5, "2022-03-01", "share")
    city = write_pack({"subsidy/ratio.yaml": fills})
    laid = load_catalogue([city])
    assert laid.value("subsidy/ratio", "ratio", on=today).source == "city"
    after = load_catalogue()
    assert (after.version, len(after.ids)) == (version, count)
    assert after.rule("subsidy/ratio").values["ratio"][0].certainty == "unset"
    assert laid.version != version
    assert [pack.name for pack in laid.packs] == ["city"]


def test_packs_are_laid_over_each_other_in_the_order_given(write_pack, changes, today):
    province = write_pack({"subsidy/ratio.yaml": changes("ratio", 0.3, "2023-01-01", "share")}, "province", 10)
    city = write_pack({"subsidy/ratio.yaml": changes("ratio", 0.5, "2024-01-01", "share")}, "city", 20)
    both = load_catalogue([province, city])
    assert both.value("subsidy/ratio", "ratio", on=today).source == "city"
    assert both.value("subsidy/ratio", "ratio", on=today.replace(year=2023)).source == "province"
    assert both.rule("subsidy/ratio").packs == ("province", "city")
    with pytest.raises(RuleFileError, match=r"pack\.order"):
        load_catalogue([city, province])


def test_a_pack_may_add_a_rule_and_a_family(write_pack, changes, today):
    family = (
        "id: city_rules\ntitle: {zh: 本市规定, en: City rules}\norder: 50\nkind: facts\n"
        "description: {zh: 本市, en: City}\ndocuments:\n  - title: {zh: 通知, en: Notice}\n"
    )
    title = "    title: {zh: 上限, en: cap}\n"
    rule = "id: city_rules/cap\ntitle: {zh: 上限, en: Cap}\norder: 1\n" + changes(
        "cap", 9, "2024-01-01", "yuan", title=title
    )
    laid = load_catalogue([write_pack({"city_rules/_family.yaml": family, "city_rules/cap.yaml": rule})])
    assert laid.value("city_rules/cap", "cap", on=today).value == 9
    assert laid.rule("city_rules/cap").source == "city"
    assert laid.ids[-1] == "city_rules/cap"


def test_a_pack_may_give_an_item_a_weight_and_a_type_more_names(write_pack, changes, today):
    weight = changes("weight", 2, "2024-01-01", "factor", title="    title: {zh: 权重, en: weight}\n")
    names = "synonyms: [宝宝屋]\n"
    laid = load_catalogue(
        [write_pack({"complete_community/nursery.yaml": weight, "facility_types/nursery.yaml": names})]
    )
    assert laid.value("complete_community/nursery", "weight", on=today).value == 2
    assert laid.value("complete_community/nursery", "floor_area_min", on=today).value == 200
    assert laid.facility_type("宝宝屋") == laid.facility_type("托儿所") == "nursery"
    assert load_catalogue().facility_type("宝宝屋") is None


def test_checking_a_sound_pack_finds_nothing(write_pack, changes):
    assert check_pack(write_pack({"subsidy/ratio.yaml": changes("ratio", 0.5, "2022-03-01", "share")})) == []


def test_checking_a_pack_reports_only_its_own_problems(write_pack, changes):
    below = write_pack({"living_circle/nursery.yaml": changes("radius", 250, "2018-01-01", "m")}, "province", 10)
    above = write_pack({"subsidy/ratio.yaml": changes("ratios", 0.5, "2022-03-01", "share")})
    codes = [problem.code for problem in check_pack(above, [below])]
    assert codes == ["pack.new_value"]


def test_a_broken_pack_below_raises(write_pack, changes):
    below = write_pack({"subsidy/ratio.yaml": changes("ratios", 0.5, "2022-03-01", "share")}, "province", 10)
    with pytest.raises(RuleFileError, match=r"pack\.new_value"):
        check_pack(write_pack({}), [below])

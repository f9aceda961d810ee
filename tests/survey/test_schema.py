import geopandas as gpd
import pytest

from linli.survey.schema import (
    LAYERS,
    PLACE_COLUMNS,
    Words,
    allowed_words,
    column_dtype,
    describe_layers,
    empty_frame,
    layer_schema,
    layer_schemas,
    normal_heading,
)


def test_every_layer_has_a_schema_with_words_in_both_languages():
    assert tuple(layer_schemas()) == LAYERS
    for layer in layer_schemas().values():
        assert layer.title.zh != layer.title.en
        assert layer.key or layer.unique
        for column in layer.columns:
            assert column.title.zh
            assert column.help.en
            low, high = column.hard.min, column.hard.max
            assert column.type not in ("number", "integer") or (low is not None and high is not None) or low == 0, (
                column
            )


def test_no_heading_means_two_columns_of_one_layer():
    for layer in layer_schemas().values():
        seen = {}
        for column in (*layer.columns, *PLACE_COLUMNS.values()):
            for word in (column.name, column.title.zh, column.title.en, *column.synonyms):
                folded = normal_heading(word)
                assert seen.setdefault(folded, column.name) == column.name, (layer.name, word)


def test_plausible_limits_lie_within_the_hard_ones():
    for layer in layer_schemas().values():
        for column in layer.columns:
            hard, plausible = column.hard, column.plausible
            assert plausible.min is None or hard.min is None or plausible.min >= hard.min, column.name
            assert plausible.max is None or hard.max is None or plausible.max <= hard.max, column.name


@pytest.mark.parametrize(
    "written", ["建筑面积(㎡)", "建筑面积（m²）*", " 建筑面积 ", "建筑面积 (平方米)", "建筑_面积", "建筑面积[m2]"]
)
def test_a_heading_is_recognised_however_it_is_dressed(written):
    assert normal_heading(written) == "建筑面积"


def test_an_empty_frame_has_the_columns_in_their_types():
    frame = empty_frame("buildings")
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs == "EPSG:4326"
    assert tuple(frame.columns) == (*layer_schema("buildings").column_names, "geometry")
    assert frame["has_lift"].dtype == column_dtype("boolean")
    assert frame["building_id"].dtype == column_dtype("text")
    assert not isinstance(empty_frame("wishes"), gpd.GeoDataFrame)


def test_bands_become_columns_with_their_own_words():
    column = layer_schema("communities").column("residents_80_plus")
    assert column.title.zh == "80岁及以上人口"
    assert "80岁以上人口" in [f"{word}人口" for word in column.synonyms] or "80岁以上" in column.synonyms
    with pytest.raises(KeyError):
        layer_schema("communities").column("residents_<band>")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_schema_page_names_every_column(lang):
    page = describe_layers(lang)
    for layer in layer_schemas().values():
        for column in layer.columns:
            assert f"| `{column.name}` | {column.title[lang]} |" in page


def test_words_are_read_like_a_dictionary():
    words = Words(zh="楼", en="building")
    assert (words["zh"], words["en"]) == ("楼", "building")
    with pytest.raises(KeyError):
        words["fr"]


@pytest.mark.parametrize(
    ("layer", "column", "zh", "en"),
    [
        ("facilities", "facility_id", "必填，文本，不能重复", "required, text, each only once"),
        ("facilities", "type", "必填，从下拉列表选择", "required, choose from the list"),
        ("facilities", "community_id", "「社区」表中的编号", "a code of the communities"),
        ("facilities", "floor_area_m2", "数字，0 至 2,000,000 m²", "a number, 0 to 2,000,000 m²"),
        ("facilities", "own_entrance", "是 / 否", "yes / no"),
        ("facilities", "status", "在用 / 暂停 / 规划 / 关闭", "in use / suspended / planned / closed"),
        ("estates", "built_year", "整数，1000 至 2100", "a whole number, 1000 to 2100"),
        ("rooms", "available_from", "日期，如 2026-07-01", "a date such as 2026-07-01"),
        ("rooms", "allowed_types", "见“字典”表，用分号隔开", "see sheet dictionary, separated by semicolons"),
        ("answers", "value", "必填，是 / 部分 / 否 / 数字", "required, yes / partly / no / a number"),
    ],
)
def test_what_a_cell_may_hold_is_said_in_one_way(layer, column, zh, en):
    said = allowed_words(layer_schema(layer).column(column))
    assert (said.zh, said.en) == (zh, en)


def test_every_column_says_what_it_may_hold():
    for column in (*PLACE_COLUMNS.values(), *(one for layer in layer_schemas().values() for one in layer.columns)):
        said = allowed_words(column)
        assert said.zh
        assert said.en
        assert "{" not in said.zh + said.en

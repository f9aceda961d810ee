import pytest

from linli.errors import ConfigError
from linli.survey.config import Dataset, config_template, read_dataset, read_yaml_model

GOOD = "name: 测试\nsurveyed_on: 2026-01-02\nsources:\n  - file: a.xlsx\n"


def read(tmp_path, text):
    path = tmp_path / "linli.yaml"
    path.write_text(text, encoding="utf-8")
    return read_dataset(path)


def fails(tmp_path, text):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    return caught.value.problems


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_is_a_declaration_and_explains_every_key(lang, tmp_path):
    text = config_template(lang)
    dataset = read(tmp_path, text)
    assert dataset.sources[0].file == "survey.xlsx"
    for key in Dataset.model_fields:
        assert f"{key}:" in text, key


def test_one_name_stands_for_both_languages_and_numbers_are_kept(tmp_path):
    dataset = read(tmp_path, GOOD + "margin_m: 500\n")
    assert (dataset.name.zh, dataset.name.en, dataset.margin_m) == ("测试", "测试", 500.0)


def test_all_problems_come_at_once_with_their_lines(tmp_path):
    problems = fails(tmp_path, "name: a\nsurveyed_on: soon\nsurce: 1\nmargin_m: '12'\nsources:\n  - file: 3\n")
    assert {(one.code, one.row, one.column) for one in problems} == {
        ("config.value", 2, "surveyed_on"),
        ("config.extra_forbidden", 3, "surce"),
        ("config.value", 4, "margin_m"),
        ("config.value", 6, "sources.0.file"),
    }


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("  - {file: a, layer: streets, layers: [streets]}\n", "not both"),
        ("  - {file: a, columns: {name: b}}\n", "need `layer`"),
        ("  - {file: a, layer: streets, columns: {nmae: b}}\n", "has no column `nmae`"),
        ("  - {file: a, encoding: gbk99}\n", "unknown encoding"),
        ("  - {file: a, datum: wgs}\n", "pattern"),
        ("residents: {method: grid}\n", "needs `file` and `column`"),
        ("residents: {method: total, total: 5}\n", "needs `total` and `reference`"),
        ("residents: {method: buildings, age_shares: {0_2: 0.5, 3_5: 0.1}}\n", "add up to 1"),
        ("residents: {method: buildings, age_shares: {0_2: 1.5}}\n", "between 0 and 1"),
        ("communities: {method: squares}\n", "needs `size_m`"),
        ("metric_crs: 4549\n", "string"),
    ],
)
def test_a_wrong_part_says_what_it_needs(more, says, tmp_path):
    assert any(says in one.message["en"] for one in fails(tmp_path, GOOD + more)), more


def test_band_names_survive_yaml_reading_them_as_numbers(tmp_path):
    shares = "{0_2: 0.1, 3_5: 0.1, 6_14: 0.1, 15_59: 0.5, 60_79: 0.1, 80_plus: 0.1}"
    dataset = read(tmp_path, GOOD + f"residents: {{method: buildings, age_shares: {shares}}}\n")
    assert list(dataset.residents.age_shares) == ["0_2", "3_5", "6_14", "15_59", "60_79", "80_plus"]


def test_recoding_keys_are_text_whatever_yaml_makes_of_them(tmp_path):
    more = "    layer: facilities\n    values: {type: {7: primary_school, 8.5: x}}\n"
    assert read(tmp_path, GOOD + more).sources[0].values["type"] == {"7": "primary_school", "8.5": "x"}


def test_a_missing_file_and_a_list_are_problems(tmp_path):
    with pytest.raises(ConfigError, match="cannot be opened"):
        read_yaml_model(tmp_path / "no.yaml", Dataset)
    assert fails(tmp_path, "- a\n")[0].code == "config.value"
    assert fails(tmp_path, "a: 1\na: 2\n")[0].code == "yaml.duplicate_key"

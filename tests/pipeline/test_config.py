import datetime as dt
import re

import pytest

from linli.assess import AssessOptions
from linli.errors import ConfigError
from linli.improve.choices import ImproveOptions, ProgrammeOptions, ProposalOptions
from linli.pipeline import read_config
from linli.pipeline.config import load_rules
from linli.rules import load_catalogue
from linli.survey.config import config_template

MINIMAL = "name: x\nsurveyed_on: 2026-01-01\nsources:\n  - file: a.xlsx\n"


def write(tmp_path, more=""):
    path = tmp_path / "linli.yaml"
    path.write_text(MINIMAL + more, encoding="utf-8")
    return path


def test_every_floor_reads_its_own_part(tmp_path):
    config = read_config(
        write(tmp_path, "rules: {on: 2026-11-23}\nassess: {met_share: 0.9}\nreport: {lang: [zh], pdf: false}\n")
    )
    assert config.rules.on == dt.date(2026, 11, 23)
    assert config.assess.met_share == 0.9
    assert config.report.pdf is False


def test_a_slip_in_any_part_is_named_with_its_line(tmp_path):
    with pytest.raises(ConfigError) as caught:
        read_config(write(tmp_path, "assess: {met_shar: 0.9}\nreport: {lnag: zh}\n"))
    assert {(problem.row, problem.column) for problem in caught.value.problems} == {
        (5, "assess.met_shar"),
        (6, "report.lnag"),
    }


def test_without_packs_the_national_catalogue_holds(tmp_path):
    assert load_rules(read_config(write(tmp_path)), tmp_path).version == load_catalogue().version


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_explains_every_option_of_the_assessment_and_reads_with_all_of_them(tmp_path, lang):
    written = config_template(lang)
    before, after = written.split("assess:\n")
    uncommented = before + "assess:\n" + re.sub(r"(?m)^  # ", "  ", after)
    path = tmp_path / "linli.yaml"
    path.write_text(uncommented, encoding="utf-8")
    said = read_config(path).assess.model_dump(exclude_unset=True)
    assert set(said) == set(AssessOptions.model_fields) - {"on"}  # the date stands under `rules`


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_explains_every_choice_of_a_plan_and_reads_with_all_of_them(tmp_path, lang):
    path = tmp_path / "linli.yaml"
    written = config_template(lang)
    path.write_text(re.sub(r"(?m)^# (improve:|programme:|proposal:|  )", r"\1", written), encoding="utf-8")
    config = read_config(path)
    for said, model in (
        (config.improve, ImproveOptions),
        (config.programme, ProgrammeOptions),
        (config.proposal, ProposalOptions),
    ):
        assert said is not None
        assert set(said.model_dump(exclude_unset=True)) == set(model.model_fields)
    assert config.programme.years == (2027, 2028, 2029)


def test_a_slip_in_a_change_of_an_alternative_is_named_with_its_line(tmp_path):
    more = "proposal:\n  alternatives:\n    - {name: x, zh: 甲, en: A, change: {levres: [convert]}}\n"
    with pytest.raises(ConfigError, match="levres"):
        read_config(write(tmp_path, more))

import pytest
from pydantic import ValidationError

from linli.report import ReportOptions


def test_defaults_are_both_languages_with_pdf():
    options = ReportOptions()
    assert options.lang == ("zh", "en")
    assert options.pdf
    assert options.profiles == 12


@pytest.mark.parametrize(
    "wrong",
    [{"lang": ["fr"]}, {"lang": []}, {"lang": ["zh", "zh"]}, {"colour": "red"}, {"profiles": -1}, {"profiles": "few"}],
)
def test_what_is_wrong_is_refused(wrong):
    with pytest.raises(ValidationError):
        ReportOptions(**wrong)


def test_options_are_frozen():
    with pytest.raises(ValidationError):
        ReportOptions().pdf = False

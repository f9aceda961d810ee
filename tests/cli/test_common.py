import pytest

from linli.cli.common import Language, default_language, progress_bar, show_problems
from linli.errors import Problem


@pytest.mark.parametrize(
    ("said", "language"),
    [("zh_CN.UTF-8", Language.zh), ("Chinese_China.936", Language.zh), ("en_US.UTF-8", Language.en)],
)
def test_the_machine_decides_the_language(monkeypatch, said, language):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", said)
    assert default_language() is language


def test_problems_go_to_standard_error_in_the_language_asked_for(capsys):
    problem = Problem("a.b", "warning", {"zh": "甲", "en": "one"}, {"zh": "乙", "en": "two"}, file="x.csv")
    show_problems([problem], Language.zh)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "x.csv" in captured.err
    assert "甲" in captured.err


def test_progress_takes_known_and_unknown_fractions():
    with progress_bar() as move:
        move("reading", None)
        move("reading", 0.5)

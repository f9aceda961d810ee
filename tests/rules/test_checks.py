"""One deliberately broken file per mistake; each message names the key, the line and the file.

A file in ``broken/`` says in its head where it goes in the small catalogue (``@city/…``: in a pack), which check it
must trip and a word the message must hold; the wrong line ends in ``# <- here`` (the first line if none does).
"""

import shutil
from pathlib import Path

import pytest

from linli import strictyaml
from linli.errors import RuleFileError
from linli.rules import check_pack, load_catalogue
from linli.rules.checks import CHECKS

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
YAML_CODES = {"yaml.duplicate_key", "yaml.encoding", "yaml.key", "yaml.syntax", "yaml.value"}
PACK = "title: {zh: 规则包, en: A pack}\nauthor: A commission\norder: "


def head_of(path):
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    wrong = [number for number, line in enumerate(lines, start=1) if line.endswith("# <- here")]
    return head, wrong[0] if wrong else None


def lay_out(path, head, tmp_path):
    """Copy the small catalogue and the packs, put the broken file into its place; return catalogue and packs."""
    folder = tmp_path / "catalogue"
    shutil.copytree(HERE / "small", folder)
    packs = [tmp_path / name.strip() for name in head.get("packs", "").split(",") if name.strip()]
    for order, pack in enumerate(dict.fromkeys(packs), start=1):
        pack.mkdir()
        if pack.name != "nopack":
            (pack / "pack.yaml").write_text(f"{PACK}{order * 10}\n", encoding="utf-8")
    place = head["place"]
    target = tmp_path / place[1:] if place.startswith("@") else folder / place
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, target)
    return folder, packs


def problems_of(path, tmp_path):
    folder, packs = lay_out(path, head_of(path)[0], tmp_path)
    try:
        load_catalogue(packs, folder=folder)
    except RuleFileError as error:
        return error.problems
    return check_pack(packs[-1], packs[:-1], folder=folder)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_named_with_line_and_key(path, tmp_path):
    head, line = head_of(path)
    problems = problems_of(path, tmp_path)
    assert {problem.code for problem in problems} == {head["code"], head.get("also", head["code"])}
    problem = next(problem for problem in problems if problem.code == head["code"])
    assert problem.file == head.get("file", head["place"].removeprefix("@"))
    if line is not None:
        assert problem.row == line
    for lang in ("zh", "en"):
        text = problem.text(lang)
        assert problem.file in text
        assert problem.fix[lang] in text
    assert head["says"] in problem.text("en")


def test_every_check_has_a_broken_file():
    tried = {head_of(path)[0]["code"] for path in BROKEN}
    assert set(CHECKS) | YAML_CODES == tried


def test_the_codes_of_the_yaml_reader_are_all_known_here():
    source = Path(strictyaml.__file__).read_text(encoding="utf-8")
    assert {code for code in YAML_CODES if f'"{code}"' in source} == YAML_CODES
    assert source.count('"yaml.') == len(YAML_CODES) + source.count('"yaml.syntax"') - 1


def test_all_problems_come_at_once(tmp_path):
    folder = tmp_path / "catalogue"
    shutil.copytree(HERE / "small", folder)
    bakery = folder / "shops" / "bakery.yaml"
    text = bakery.read_text(encoding="utf-8")
    bakery.write_text(text.replace("order: 1", "order: one").replace("unit: yuan", "unit: shell"), encoding="utf-8")
    (folder / "facility_types" / "baker.yaml").write_text("id: [", encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        load_catalogue(folder=folder)
    assert {problem.code for problem in caught.value.problems} == {"key.type", "key.choice", "yaml.syntax"}
    assert {problem.file for problem in caught.value.problems} == {"shops/bakery.yaml", "facility_types/baker.yaml"}


def test_messages_are_filled_in_and_in_both_languages():
    for code, texts in CHECKS.items():
        assert len(texts) == 4, code
        assert all(text.strip() for text in texts), code
        assert any("\u4e00" <= letter <= "\u9fff" for letter in texts[0] + texts[2]), code

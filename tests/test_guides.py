"""What the guides and READMEs tell people to type: commands and options that exist, declarations that are accepted."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from linli.cli.app import COMMANDS, load_command
from linli.improve.choices import ImproveOptions, ProgrammeOptions, ProposalOptions

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "README.zh-CN.md")),
    *(ROOT / "docs" / lang / f"{name}.md" for lang in ("en", "zh") for name in ("guide", "running")),
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PARTS = {"improve": ImproveOptions, "programme": ProgrammeOptions, "proposal": ProposalOptions}


def blocks(kind):
    for page in PAGES:
        for found, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            if found == kind:
                yield page.name, text


COMMAND_LINES = sorted(
    {line.split("#")[0].strip() for _, text in blocks("sh") for line in text.splitlines() if line.startswith("linli ")}
)
DECLARED = [
    (name, yaml.safe_load(text)) for name, text in blocks("yaml") if set(yaml.safe_load(text) or {}) & set(PARTS)
]


def leaf(words):
    """The command that these words name, and what is left of them."""
    command = load_command(words[0])
    rest = words[1:]
    while hasattr(command, "commands") and rest:
        command, rest = command.commands[rest[0]], rest[1:]
    return command, rest


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_commands_and_their_options_exist(line):
    words = shlex.split(line)[1:]
    if words[0].startswith("--"):
        assert words[0] in {"--help", "--version"}
        return
    assert words[0] in COMMANDS
    command, rest = leaf(words)
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    assert {word for word in rest if word.startswith("-")} <= known
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    given, skip = 0, False
    takes = {option for one in command.params if not getattr(one, "is_flag", False) for option in one.opts}
    for word in rest:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in takes
        else:
            given += 1
    assert sum(one.required for one in arguments) <= given <= len(arguments)


@pytest.mark.parametrize(("page", "declared"), DECLARED, ids=[f"{page}-{i}" for i, (page, _) in enumerate(DECLARED)])
def test_declarations_are_accepted(page, declared):
    assert page
    for part, model in PARTS.items():
        if part in declared:
            model.model_validate(declared[part])


def test_the_pages_have_what_is_tested():
    assert len(COMMAND_LINES) > 15
    assert len(DECLARED) == 2
    assert {shlex.split(line)[1] for line in COMMAND_LINES} >= {"demo", "run", "improve", "compare", "explain", "rules"}

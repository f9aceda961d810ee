"""Reading the catalogue and packs from their folders: strict, and with every problem of every file at once.

The national catalogue is the folder ``catalogue`` of this package; a *pack* is a folder with ``pack.yaml`` and
``<family>/<rule>.yaml`` files that hold only changes and additions. Packs are laid over the catalogue in the order
given, which must be that of their ``order``; the catalogue itself is never altered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from linli.errors import Problem, RuleFileError
from linli.rules.build import build_family, build_pack, build_rule, overlay_rule
from linli.rules.checks import problem
from linli.rules.links import check_links
from linli.rules.lookup import Catalogue
from linli.rules.records import NATIONAL, Family, Frozen, Pack, Rule
from linli.rules.schema import check_family, check_overlay, check_pack_file, check_rule
from linli.strictyaml import Located, read_yaml

__all__ = ["check_pack", "load_catalogue"]

CATALOGUE = Path(__file__).with_name("catalogue")
FAMILY_FILE = "_family.yaml"
PACK_FILE = "pack.yaml"
BESIDE = {".md", ".txt"}
"""Files that may lie beside the rules."""


@dataclass(frozen=True)
class _Layer:
    """The files of one folder, read but not yet understood."""

    name: str
    families: Mapping[str, Located]
    rules: Mapping[str, Located]
    pack: Located | None
    problems: tuple[Problem, ...]


def _nowhere(file: str) -> Located:
    return Located(None, {}, (), file)


def _read_layer(folder: Path, name: str, prefix: str) -> _Layer:
    families: dict[str, Located] = {}
    rules: dict[str, Located] = {}
    found: list[Problem] = []
    pack = None
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder).as_posix()
        if path.is_dir() or path.suffix in BESIDE or any(part.startswith(".") for part in place.split("/")):
            continue
        family, _, file = place.rpartition("/")
        if place == PACK_FILE and name != NATIONAL:
            pack = read_yaml(path, name=prefix + place)
        elif path.suffix != ".yaml" or not family or "/" in family:
            found.append(problem(_nowhere(prefix + place), "file.unexpected", (), name=place))
        elif file == FAMILY_FILE:
            families[family] = read_yaml(path, name=prefix + place)
        else:
            rules[f"{family}/{path.stem}"] = read_yaml(path, name=prefix + place)
    files = [*families.values(), *rules.values(), *([pack] if pack else [])]
    found += [wrong for located in files for wrong in located.problems]
    return _Layer(name, families, rules, pack, tuple(found))


@lru_cache(maxsize=4)
def _national_layer(folder: Path) -> _Layer:
    return _read_layer(folder, NATIONAL, "")


class _Gathering:
    """The catalogue while layers are being laid over each other; lives only inside `_gather`."""

    def __init__(self) -> None:
        self.families: dict[str, Family] = {}
        self.family_data: dict[str, Mapping[str, object]] = {}
        self.rules: dict[str, Rule] = {}
        self.places: dict[str, tuple[Located, ...]] = {}
        self.broken: set[str] = set()
        self.packs: list[Pack] = []
        self.problems: list[Problem] = []

    def add_families(self, layer: _Layer) -> None:
        for name, located in layer.families.items():
            if name in self.family_data:
                self.problems.append(problem(located, "file.unexpected", (), name=FAMILY_FILE))
                continue
            wrong = check_family(located, name)
            self.problems += wrong
            self.family_data[name] = located.data if isinstance(located.data, Mapping) else {}
            if not wrong and not located.problems:
                self.families[name] = build_family(located.data)
        for name in sorted({rule_id.partition("/")[0] for rule_id in layer.rules} - set(self.family_data)):
            first = next(located for rule_id, located in layer.rules.items() if rule_id.startswith(f"{name}/"))
            self.problems.append(problem(_nowhere(first.file), "family.missing", (), name=name))

    def add_rule(self, layer: _Layer, rule_id: str, located: Located) -> None:
        family = rule_id.partition("/")[0]
        new = rule_id not in self.rules and rule_id not in self.broken
        if new:
            wrong = check_rule(located, rule_id, self.family_data.get(family, {}))
        else:
            wrong = check_overlay(located, rule_id, str(self.family_data.get(family, {}).get("kind")))
        self.problems += wrong
        if wrong or located.problems:
            self.broken.add(rule_id)
        elif new:
            self.rules[rule_id] = build_rule(located.data, layer.name)
            self.places[rule_id] = (located,)
        elif rule_id in self.rules:
            self.rules[rule_id], found = overlay_rule(self.rules[rule_id], located, layer.name)
            self.places[rule_id] += (located,)
            self.problems += found

    def add_pack(self, layer: _Layer) -> None:
        if layer.name == NATIONAL:
            return
        if layer.pack is None:
            self.problems.append(problem(_nowhere(f"{layer.name}/{PACK_FILE}"), "pack.missing", ()))
            return
        wrong = check_pack_file(layer.pack)
        self.problems += wrong
        if wrong or layer.pack.problems:
            return
        pack = build_pack(layer.pack.data, layer.name)
        if any(other.name == pack.name for other in self.packs):
            self.problems.append(problem(layer.pack, "pack.twice", (), key=pack.name))
        elif self.packs and self.packs[-1].order > pack.order:
            before = f"{self.packs[-1].name}: {self.packs[-1].order}"
            self.problems.append(problem(layer.pack, "pack.order", ("order",), value=pack.order, allowed=f"≥ {before}"))
        self.packs.append(pack)


def _gather(layers: Sequence[_Layer]) -> tuple[Catalogue, list[Problem]]:
    gathering = _Gathering()
    for layer in layers:
        gathering.problems += layer.problems
        gathering.add_pack(layer)
        gathering.add_families(layer)
        for rule_id, located in layer.rules.items():
            gathering.add_rule(layer, rule_id, located)
    gathering.problems += check_links(gathering.rules, gathering.places, gathering.broken)
    families = dict(sorted(gathering.families.items(), key=lambda pair: (pair[1].order, pair[0])))
    places = {name: i for i, name in enumerate(families)}
    rules = sorted(
        gathering.rules.values(), key=lambda rule: (places.get(rule.family, len(places)), rule.order, rule.id)
    )
    catalogue = Catalogue(
        families=Frozen(families), rules=Frozen({rule.id: rule for rule in rules}), packs=tuple(gathering.packs)
    )
    return catalogue, gathering.problems


def _errors(problems: Sequence[Problem]) -> list[Problem]:
    return [wrong for wrong in problems if wrong.severity == "error"]


def _layers(packs: Sequence[Path | str], folder: Path) -> list[_Layer]:
    layers = [_national_layer(folder)]
    for pack in packs:
        path = Path(pack)
        name = path.resolve().name
        layers.append(_read_layer(path, name, f"{name}/"))
    return layers


@lru_cache(maxsize=4)
def _national(folder: Path) -> Catalogue:
    catalogue, problems = _gather([_national_layer(folder)])
    if problems:
        raise RuleFileError(problems)
    return catalogue


def load_catalogue(packs: Sequence[Path | str] = (), *, folder: Path = CATALOGUE) -> Catalogue:
    """Load the national catalogue with packs laid over it.

    Parameters
    ----------
    packs
        Folders of packs, the lowest first.
    folder
        The catalogue below them; the one shipped with Linli if left out.

    Returns
    -------
    Catalogue
        Frozen. The national one alone is read once a process.

    Raises
    ------
    RuleFileError
        If any file is wrong; `problems` names every file, line and fix.

    Examples
    --------
    >>> load_catalogue().rule("complete_community/nursery").title["zh"]
    '托儿所'
    """
    if not packs:
        return _national(folder)
    catalogue, problems = _gather(_layers(packs, folder))
    wrong = _errors(problems)
    if wrong:
        raise RuleFileError(wrong)
    return catalogue


def check_pack(pack: Path | str, below: Sequence[Path | str] = (), *, folder: Path = CATALOGUE) -> list[Problem]:
    """Check a pack over the national catalogue.

    Parameters
    ----------
    pack
        Folder of the pack.
    below
        Folders of the packs that lie under it, the lowest first.
    folder
        The catalogue below them; the one shipped with Linli if left out.

    Returns
    -------
    list of Problem
        Errors and warnings in the order of its files; empty if it is sound.

    Raises
    ------
    RuleFileError
        If the catalogue or a pack below is wrong itself.
    """
    load_catalogue(below, folder=folder)
    known = _gather(_layers(below, folder))[1]
    return [wrong for wrong in _gather(_layers([*below, pack], folder))[1] if wrong not in known]

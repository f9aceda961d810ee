"""A workflow drawn: phases as columns, states as boxes in their order, ways between them as lines.

The main way runs down the columns. Ways within a column that skip boxes, and ways between columns, run in the gutters
beside the boxes, each on a track of its own, so that no line crosses a box. Ways to *asides* and to final states that
many states share are written inside the box of the state they leave as a mark (↩ ‖ ✕) and explained beneath, or the
drawing would be nothing but them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from linli.report.palette import ACCENT, GREYS
from linli.report.svg import element, escaped, label, text_width, wrap
from linli.web.projects.workflow import PREVIOUS, Transition, Workflow

__all__ = ["describe_workflow", "draw_workflow"]

_WIDE, _TALL = 190, 46
_GAP_Y, _GUTTER, _HEAD, _PAD = 34, 84, 40, 16
_TRACK, _FIRST_TRACK = 11, 14
_SIZE, _SMALL = 13, 11
_LINE = 16
_FILL = {"initial": "#e6f2f1", "active": "#ffffff", "aside": "#fff6e5", "final": "#eef0f2"}
_MARKS = "①②③④⑤⑥⑦⑧⑨"
_ARROW, _HEAD_LONG = 5, 8
_LOWER = 8


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    column: int
    row: int

    @property
    def right(self) -> float:
        return self.x + _WIDE

    @property
    def middle(self) -> float:
        return self.y + _TALL / 2


def _place(workflow: Workflow) -> dict[str, _Box]:
    columns = [lane.id for lane in workflow.lanes]
    rows = dict.fromkeys(columns, 0)
    boxes = {}
    for state in sorted(workflow.states, key=lambda one: one.kind in {"aside", "final"}):
        column, row = columns.index(state.lane), rows[state.lane]
        rows[state.lane] += 1
        x = _PAD + column * (_WIDE + _GUTTER)
        boxes[state.id] = _Box(x, _HEAD + _PAD + row * (_TALL + _GAP_Y), column, row)
    return boxes


def _shared(workflow: Workflow) -> list[str]:
    """Return the states that are drawn by mark: asides, and final states that several states lead to."""
    entered = {state.id: {s for one in workflow.transitions if one.target == state.id for s in one.sources}
               for state in workflow.states}  # fmt: skip
    return [
        state.id
        for state in workflow.states
        if state.kind == "aside" or (state.kind == "final" and len(entered[state.id]) > 1)
    ]


def _mark(shared: list[str], state: str) -> str:
    i = shared.index(state)
    return _MARKS[i] if i < len(_MARKS) else f"({i + 1})"


def _draw_box(workflow: Workflow, state_id: str, box: _Box, shared: list[str], lang: str) -> str:
    state = workflow.state(state_id)
    rim = ACCENT if state.kind in {"initial", "active"} else GREYS["soft"]
    dash = "5 3" if state.kind == "aside" else None
    parts = [
        element("rect", x=box.x, y=box.y, width=_WIDE, height=_TALL, rx=0 if state.kind == "final" else 6,
                fill=_FILL[state.kind], stroke=rim, stroke_width=1.4, stroke_dasharray=dash)
    ]  # fmt: skip
    lines = wrap(state.title[lang], _SIZE, _WIDE - 40)
    top = box.middle + _SIZE / 2 - 2 - (len(lines) - 1) * _LINE / 2
    parts += [
        label(box.x + 10, top + i * _LINE, line, font_size=_SIZE, fill=GREYS["ink"]) for i, line in enumerate(lines)
    ]
    leads = [target for target in shared if any(_leads(one, state_id, target) for one in workflow.transitions)]
    marks = _mark(shared, state_id) if state_id in shared else "".join(_mark(shared, target) for target in leads)
    colour = GREYS["ink"] if state_id in shared else GREYS["soft"]
    parts.append(label(box.right - 6, box.y + 14, marks, font_size=_SIZE, fill=colour, text_anchor="end"))
    return element("g", *parts, class_=f"state {state.kind}", data_state=state_id)


def _leads(transition: Transition, source: str, target: str) -> bool:
    return transition.target == target and source in transition.sources


def _arrow(x: float, y: float, dx: float, dy: float) -> str:
    if dx:
        points = f"{x},{y} {x - dx * _HEAD_LONG},{y - _ARROW} {x - dx * _HEAD_LONG},{y + _ARROW}"
    else:
        points = f"{x},{y} {x - _ARROW},{y - dy * _HEAD_LONG} {x + _ARROW},{y - dy * _HEAD_LONG}"
    return element("polygon", points=points, fill=GREYS["soft"])


def _path(points: Iterable[tuple[float, float]]) -> str:
    text = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    return element("polyline", points=text, fill="none", stroke=GREYS["soft"], stroke_width=1.4)


def _draw_way(a: _Box, b: _Box, track: int) -> str:
    """Draw a line from a box to another; `track` keeps lines in one gutter apart."""
    if a.column == b.column and b.row == a.row + 1:
        x = a.x + _WIDE / 2
        return _path([(x, a.y + _TALL), (x, b.y)]) + _arrow(x, b.y, 0, 1)
    offset = _FIRST_TRACK + track * _TRACK
    if b.column > a.column:
        turn = b.x - _GUTTER + offset
        return _path([(a.right, a.middle), (turn, a.middle), (turn, b.middle), (b.x, b.middle)]) + _arrow(
            b.x, b.middle, 1, 0
        )
    turn = b.right + offset
    leave = a.right if a.column == b.column else a.x
    below, end = a.middle + _LOWER, b.middle + 2 * _LOWER - 1
    return _path([(leave, below), (turn, below), (turn, end), (b.right, end)]) + _arrow(b.right, end, -1, 0)


def _ways(workflow: Workflow, shared: list[str]) -> list[tuple[str, str]]:
    pairs = [
        (source, one.target)
        for one in workflow.transitions
        if one.target != PREVIOUS and one.target not in shared
        for source in one.sources
    ]
    return list(dict.fromkeys(pairs))


def _key(workflow: Workflow, shared: list[str], top: float, lang: str) -> tuple[list[str], float]:
    words = {"zh": ("：可由以下状态进入：", "、", "；返回原处"), "en": (": entered from ", ", ", "; leads back")}[lang]
    parts, y = [], top
    width = len(workflow.lanes) * (_WIDE + _GUTTER) - _GUTTER
    for state in shared:
        entering = [one for one in workflow.transitions if one.target == state]
        names = words[1].join(
            dict.fromkeys(workflow.state(source).title[lang] for one in entering for source in one.sources)
        )
        back = words[2] if workflow.state(state).kind == "aside" else ""
        text = f"{_mark(shared, state)} {workflow.state(state).title[lang]}{words[0]}{names}{back}"
        for line in wrap(text, _SMALL, width, lines=3):
            parts.append(label(_PAD, y, line, font_size=_SMALL, fill=GREYS["text"]))
            y += _LINE
    return parts, y


def describe_workflow(workflow: Workflow, lang: str) -> str:
    """Tell a workflow's ways in words: the text alternative of its drawing.

    Parameters
    ----------
    workflow
        The workflow.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    str
        One line a transition.
    """
    comma, arrow = {"zh": ("、", " → "), "en": (", ", " → ")}[lang]
    back = {"zh": "原处", "en": "where it came from"}[lang]
    lines = []
    for one in workflow.transitions:
        sources = comma.join(workflow.state(source).title[lang] for source in one.sources)
        target = back if one.target == PREVIOUS else workflow.state(one.target).title[lang]
        lines.append(f"{one.title[lang]}: {sources}{arrow}{target}")
    return "\n".join(lines)


def draw_workflow(workflow: Workflow, lang: str, *, current: str | None = None) -> str:
    """Draw a workflow as SVG.

    Parameters
    ----------
    workflow
        The workflow.
    lang
        ``zh`` or ``en``.
    current
        State to mark as the one a project is in.

    Returns
    -------
    str
        A whole ``<svg>`` element without scripts, outside fonts or style attributes, its ways told in ``<desc>``.
    """
    boxes, shared = _place(workflow), _shared(workflow)
    width = 2 * _PAD + len(workflow.lanes) * (_WIDE + _GUTTER) - _GUTTER + _FIRST_TRACK + 4 * _TRACK
    below = max(box.y for box in boxes.values()) + _TALL + _GAP_Y
    parts = []
    for i, lane in enumerate(workflow.lanes):
        x = _PAD + i * (_WIDE + _GUTTER)
        shown = label(x + _WIDE / 2 - text_width(lane.title[lang], _SIZE) / 2, _HEAD - 14, lane.title[lang],
                      font_size=_SIZE, font_weight="600", fill=ACCENT)  # fmt: skip
        parts.append(shown)
    tracks: dict[int, int] = {}
    for source, target in _ways(workflow, shared):
        a, b = boxes[source], boxes[target]
        gutter = b.column - 1 if b.column > a.column else b.column
        near = a.column == b.column and b.row == a.row + 1
        parts.append(_draw_way(a, b, 0 if near else tracks.get(gutter, 0)))
        tracks[gutter] = tracks.get(gutter, 0) + (0 if near else 1)
    parts += [_draw_box(workflow, state, box, shared, lang) for state, box in boxes.items()]
    if current is not None:
        box = boxes[current]
        parts.append(element("rect", x=box.x - 4, y=box.y - 4, width=_WIDE + 8, height=_TALL + 8, rx=9, fill="none",
                             stroke=ACCENT, stroke_width=3.0, class_="current"))  # fmt: skip
    key, bottom = _key(workflow, shared, below, lang)
    return element(
        "svg",
        element("title", escaped(workflow.title[lang])),
        element("desc", escaped(describe_workflow(workflow, lang))),
        *parts,
        *key,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {bottom + _PAD:.0f}",
        width=width,
        height=f"{bottom + _PAD:.0f}",
        role="img",
        font_family="system-ui, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif",
    )

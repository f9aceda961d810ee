import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.web.plans.fields import TABLES
from linli.web.plans.lines import Head, Names, read_lines, write_lines

NAMES = Names(
    {"nursery": {"zh": "托儿所", "en": "nursery"}, "canteen": {"zh": "社区食堂", "en": "canteen"}},
    {"330199001001": "岚枫社区", "330199001002": "同名社区", "330199001003": "同名社区"},
    ("示范区", "南区"),
)


@pytest.mark.parametrize(
    ("table", "text", "rows"),
    [
        ("budget", "2027, 500\n2028，示范区，300.5\n\n200", [
            {"year": 2027, "wan": 5e6}, {"year": 2028, "district": "示范区", "wan": 3.005e6}, {"wan": 2e6}]),
        ("budget", "2027\t示范区\t8", [{"year": 2027, "district": "示范区", "wan": 8e4}]),
        ("unit_costs", "改造 托儿所 2500\nbuild, 4000", [
            {"lever": "convert", "type": "nursery", "amount": 2500.0}, {"lever": "build", "amount": 4000.0}]),
        ("max_projects_by_community", "岚枫社区, 2\n其余，3", [
            {"community": "330199001001", "count": 2}, {"community": "any", "count": 3}]),
        ("co_funding", "运营方, 20%, 社区食堂+nursery, open\n维修资金，5", [
            {"source": "operator", "share": 0.2, "types": ["canteen", "nursery"], "when": "open"},
            {"source": "owners_fund", "share": 0.05}]),
        ("force_in", "room:R1:nursery\nplot:P1:canteen", [{"id": "room:R1:nursery"}, {"id": "plot:P1:canteen"}]),
        ("max_projects_by_type", "托儿所 1", [{"type": "nursery", "count": 1}]),
    ],
)  # fmt: skip
def test_rows_are_read(table, text, rows):
    assert read_lines(text, TABLES[table], NAMES) == (rows, [])


@pytest.mark.parametrize(
    ("table", "text", "what"),
    [
        ("budget", "2027, 北区, 5", "没有区「北区」"),
        ("budget", "2027, 很多", "没有区「很多」"),
        ("budget", "2027", "缺少金额"),
        ("budget", "1, 2, 3", "多余的内容「2 3」"),
        ("unit_costs", "拆除, 托儿所, 1", "没有方式「拆除」"),
        ("unit_costs", "改造, 停机坪, 1", "没有设施类型「停机坪」"),
        ("max_projects_by_type", "托儿所, 1.5", "应为整数"),
        ("max_projects_by_type", "托儿所, -1", "应为不小于 0 的数"),
        ("max_projects_by_community", "无此社区, 1", "没有社区「无此社区」"),
        ("max_projects_by_community", "同名社区, 1", "330199001002 330199001003"),
        ("co_funding", "运营方, 120", "0—100"),
    ],
)
def test_every_fault_has_its_line(table, text, what):
    rows, wrong = read_lines(f"\n{text}", TABLES[table], NAMES)
    assert rows == []
    assert len(wrong) == 1
    assert wrong[0].startswith("第 2 行：")
    assert what in wrong[0]


def test_all_faults_are_told_at_once():
    assert len(read_lines("x\ny\nz", TABLES["max_projects_by_type"], NAMES)[1]) == 3


_cells = {
    "year": st.integers(2000, 2099),
    "district": st.sampled_from(NAMES.districts),
    "wan": st.integers(0, 10**7).map(lambda n: n * 100.0),
    "amount": st.integers(0, 10**6).map(float),
    "count": st.integers(0, 99),
    "share": st.integers(0, 100).map(lambda n: n / 100),
    "type": st.sampled_from(list(NAMES.types)),
    "types": st.lists(st.sampled_from(list(NAMES.types)), min_size=1, unique=True),
    "lever": st.sampled_from(["build", "convert"]),
    "community": st.sampled_from(["330199001001", "any"]),
    "source": st.sampled_from(["operator", "owners_fund", "慈善会"]),
    "when": st.sampled_from(["start", "open", "open+2"]),
    "id": st.sampled_from(["room:R1:nursery"]),
}


@given(st.data(), st.sampled_from(sorted(TABLES)))
def test_what_is_written_is_read_back(data, table):
    heads = TABLES[table]
    row = {head.kind: data.draw(_cells[head.kind]) for head in heads if not head.optional or data.draw(st.booleans())}
    found, wrong = read_lines(write_lines([row], heads), heads, NAMES)
    assert wrong == []
    assert {k: pytest.approx(v) if isinstance(v, float) else v for k, v in row.items()} == found[0]


def test_what_is_left_out_is_not_written():
    assert write_lines([{"year": None, "wan": 12_500.0}], (Head("year", optional=True), Head("wan"))) == "1.25"

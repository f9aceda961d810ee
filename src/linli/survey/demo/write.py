"""The demo city as the files that a real district would hand over.

For each round a folder with ``linli.yaml`` (commented), a workbook in Chinese, the estates as a CSV in GB18030 and a
GeoPackage in CGCS2000 metres; beside them the illustrative pack that both declare. They go through the ordinary
readers; nothing here is read in a special way.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import xlsxwriter

from linli.rules import load_catalogue
from linli.survey.demo.city import METRIC_CRS, DemoCity, make_city
from linli.survey.demo.plan import DISTRICT, CityPlan
from linli.survey.demo.rounds import Done
from linli.survey.schema import PLACE_COLUMNS, Column, layer_schema

__all__ = ["PACK", "write_demo"]

PACK = Path(__file__).parent / "illustrative"
"""The illustrative pack: every figure of it was invented for the demo."""

_YEARLY_YUAN = (3_000_000, 3_500_000, 2_500_000)
"""Money of the demo's three years, invented."""

_WORKBOOK, _ESTATES, _MAPS = "调查表.xlsx", "小区.csv", "空间数据.gpkg"
_SHEETS = ("facilities", "rooms", "answers", "wishes")
_MAP_LAYERS = ("communities", "buildings", "streets", "plots", "facilities")
_LEFT_BLANK = 9
"""In every so-manieth row of the workbook nobody wrote the community: its place says it."""

Words = Callable[[Any], Any]


def _yaml(city: DemoCity) -> str:
    """Return the declaration of one round."""
    day: date = city.meta["surveyed_on"]
    name = city.meta["name"]
    return f"""\
# 邻里示范区（虚构）：第 {city.meta["round"]} 轮调查。{city.meta["note"]["zh"]}
# {city.meta["note"]["en"]}
# 用法：linli run linli.yaml -o 结果{_use_of_plan(city)}
name: {{zh: {name["zh"]}, en: {name["en"]}}}
surveyed_on: {day.isoformat()}               # 数据是哪一天的
round: "{day.year}"                         # 第几轮调查
metric_crs: {METRIC_CRS}                  # 量距离和面积用：CGCS2000 三度带，中央经线 120°E
datum: cgcs2000                        # 下列文件默认的坐标基准

sources:
  - file: {_WORKBOOK}                  # 设施、存量用房、问答、需求；位置填经纬度
  - file: {_ESTATES}                     # 小区；GB18030 编码，轮廓为 WKT
    layer: estates
    encoding: auto                     # 先看 BOM，再试 UTF-8，再试 GB18030
  - file: {_MAPS}                # 社区、住宅楼、道路、地块，以及有轮廓或多个出入口的设施
    datum: {METRIC_CRS}                   # 此文件为平面坐标

communities: {{method: file}}            # 社区边界来自上面的文件

residents: {{method: buildings}}         # 人口逐栋给出，并分年龄段

assess:
  standards: [complete_community, living_circle]   # 分别评估，不混用
  circle: five_minute                  # 标准只说"生活圈"时，按五分钟生活圈的步行距离
  person: adult                        # 谁在走：adult | elder | carer | wheelchair
  met_share: 0.9                       # 达标线：覆盖九成居民即算达标。这是城市自己的选择，标准没有规定；
                                       # 不写则为 1.0，即一个也不能少
  grades: {{A: 0.9, B: 0.75, C: 0.6}}    # 等级线，同样由城市自定

report: {{lang: [zh, en], pdf: true}}

rules:
  packs: [../{PACK.name}]            # 演示规则包：单价、奖补比例、运营模板等，全部数字均为虚构，非真实数据
{_plan(city)}"""


def _use_of_plan(city: DemoCity) -> str:
    return "；linli improve linli.yaml -o 方案" if city.meta["round"] == 1 else ""


def _plan(city: DemoCity) -> str:
    """Return the parts of the declaration that a plan is made from; only the first round has one."""
    if city.meta["round"] != 1:
        return ""
    communities = city.layers["communities"]
    listed = communities.loc[communities["project_type"].notna(), "community_id"]
    first = city.meta["surveyed_on"].year + 1
    money = ", ".join(f"{{year: {first + i}, yuan: {yuan}}}" for i, yuan in enumerate(_YEARLY_YUAN))
    return f"""
# 以下资金、分担比例与名单均为示例，非真实数据
improve:                               # 提升：建什么、改什么、腾挪什么
  budget: [{{yuan: {sum(_YEARLY_YUAN)}}}]          # 总资金，元
  old_young_weight: 2                  # 一老一小每人按两人计
  gap: 0.001                           # 与最优相差不超过千分之一即可

programme:                             # 三年行动方案
  years: [{first}, {first + 1}, {first + 2}]
  budget: [{money}]

proposal:                              # 方案书：奖补、共担资金、不同预算、比选方案、运营
  creation_list: [{", ".join(f'"{one}"' for one in listed)}]   # 未来社区创建名单
  co_funding:                          # 其他资金按造价的比例分担
    - {{source: operator, share: 0.2, types: [canteen, convenience_store, supermarket, parcel_station, laundry]}}
    - {{source: owners_fund, share: 0.1, types: [elderly_station], levers: [convert, reallocate]}}
  step_yuan: 1000000                   # "每再投入一百万元"能多服务多少
"""


def _type_titles() -> dict[str, str]:
    """Return the Chinese name of every facility type."""
    return {code: str(rule.title["zh"]) for code, rule in load_catalogue().facility_types.items()}


def _speak(column: Column, types: Mapping[str, str]) -> Words:
    """Return how a value of a column is written in Chinese."""
    if column.type == "boolean":
        return lambda v: "是" if v else "否"
    if column.type == "date":
        return lambda v: pd.Timestamp(v).to_pydatetime()
    if column.choices_from is not None and column.type == "list":
        return lambda v: ";".join(types.get(code, code) for code in str(v).split(";"))
    if column.choices_from is not None:
        return lambda v: types.get(str(v), str(v))
    if column.choices:
        titles = {code: choice.zh for code, choice in column.choices.items()}
        return lambda v: titles.get(str(v), v)
    if column.type in {"number", "integer"}:
        return lambda v: int(v) if float(v).is_integer() else float(v)
    return str


def _in_chinese(layer: str, frame: pd.DataFrame, types: Mapping[str, str], *, unit: bool) -> pd.DataFrame:
    """Return a layer with Chinese headings and Chinese values; missing cells are None."""
    columns = {}
    for column in layer_schema(layer).columns:
        say = _speak(column, types)
        heading = column.heading("zh") if unit else column.title.zh
        columns[heading] = pd.Series(
            [None if pd.isna(v) else say(v) for v in frame[column.name]], dtype=object, index=frame.index
        )
    return pd.DataFrame(columns)


def _sheet_table(layer: str, frame: pd.DataFrame, types: Mapping[str, str]) -> pd.DataFrame:
    """Return a layer as it stands in the workbook: places as longitude and latitude."""
    table = _in_chinese(layer, frame, types, unit=True)
    if not isinstance(frame, gpd.GeoDataFrame):
        return table
    where = shapely.get_coordinates(frame.geometry.to_numpy())
    for k, name in enumerate(("longitude", "latitude")):
        table[PLACE_COLUMNS[name].heading("zh")] = np.round(where[:, k], 7)
    heading = layer_schema(layer).column("community_id").heading("zh")
    if layer == "facilities":
        blank = np.arange(len(table)) % _LEFT_BLANK == _LEFT_BLANK - 1
        table[heading] = table[heading].where(~blank, None)
    return table


def _write_workbook(path: Path, city: DemoCity, types: Mapping[str, str]) -> None:
    """Write the sheets that people fill in by hand; the same city gives the same bytes."""
    made = datetime.fromisoformat(city.meta["created_at"]).replace(tzinfo=None)
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "constant_memory": False}) as book:
        book.set_properties({"title": city.meta["name"]["zh"], "comments": city.meta["note"]["zh"], "created": made})
        head = book.add_format({"bold": True, "bg_color": "#E3EFEF", "border": 1, "text_wrap": True, "valign": "top"})
        for layer in _SHEETS:
            frame = city.layers[layer]
            if isinstance(frame, gpd.GeoDataFrame):
                frame = frame[shapely.get_type_id(frame.geometry.to_numpy()) == 0]
            table = _sheet_table(layer, frame, types)
            sheet = book.add_worksheet(layer_schema(layer).title.zh)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
            sheet.set_column(0, len(table.columns) - 1, 14)
            for c, heading in enumerate(table.columns):
                sheet.write_string(0, c, heading, head)
                for r, value in enumerate(table[heading], start=1):
                    if value is not None:
                        sheet.write(r, c, value)


def _write_estates(path: Path, city: DemoCity, types: Mapping[str, str]) -> None:
    """Write the estates the way an old system exports them: CSV in GB18030, outlines as WKT."""
    frame = city.layers["estates"]
    table = _in_chinese("estates", frame, types, unit=True)
    table[PLACE_COLUMNS["wkt"].heading("zh")] = shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=7)
    table.to_csv(path, index=False, encoding="gb18030", lineterminator="\r\n")


def _write_maps(path: Path, city: DemoCity, types: Mapping[str, str]) -> None:
    """Write the drawn layers as a GeoPackage in metres, with a fixed date inside."""
    path.unlink(missing_ok=True)
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{city.meta['surveyed_on'].isoformat()}T00:00:00.000Z"})
    try:
        for layer in _MAP_LAYERS:
            frame = city.layers[layer]
            if layer == "facilities":
                frame = frame[shapely.get_type_id(frame.geometry.to_numpy()) != 0]
            table = _in_chinese(layer, frame, types, unit=False)
            shapes = frame.geometry.to_crs(METRIC_CRS)
            shapes = gpd.GeoSeries(shapely.set_precision(shapes.to_numpy(), 0.001), crs=METRIC_CRS, index=frame.index)
            out = gpd.GeoDataFrame(table, geometry=shapes)
            out.to_file(path, layer=layer_schema(layer).title.zh, driver="GPKG", index=False)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def write_demo(
    folder: Path,
    *,
    seed: int = 1,
    rounds: Sequence[int] = (1, 2),
    plan: CityPlan = DISTRICT,
    carried_out: Sequence[Done] = (),
) -> tuple[Path, ...]:
    """Write the demo city's files, one folder ``round-N`` per round, and the illustrative pack beside them.

    Parameters
    ----------
    folder
        Where to; made if it is not there. Files of an earlier demo are replaced.
    seed
        Which city, ≥ 0.
    rounds
        Which rounds: 1, 2 or both.
    plan
        Size and mix of the city.
    carried_out
        For the second round: projects of a plan that opened in the year between.

    Returns
    -------
    tuple[Path, ...]
        The declarations, one per round.

    Raises
    ------
    ValueError
        If a round is neither 1 nor 2, `seed` is negative, or a project names a room that is not there.
    OSError
        If the folder cannot be written.
    """
    types = _type_titles()
    shutil.copytree(PACK, Path(folder) / PACK.name, dirs_exist_ok=True)
    written = []
    for number in rounds:
        city = make_city(seed, number, plan, carried_out=carried_out)
        target = Path(folder) / f"round-{number}"
        target.mkdir(parents=True, exist_ok=True)
        _write_workbook(target / _WORKBOOK, city, types)
        _write_estates(target / _ESTATES, city, types)
        _write_maps(target / _MAPS, city, types)
        (target / "linli.yaml").write_text(_yaml(city), encoding="utf-8")
        if not city.ledger.empty:
            _write_ledger(target / "changes.csv", city)
        written.append(target / "linli.yaml")
    return tuple(written)


def _write_ledger(path: Path, city: DemoCity) -> None:
    """Write what truly changed since the round before, for whoever checks a comparison."""
    city.ledger.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")

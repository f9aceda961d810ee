import json

import pandas as pd

from linli.report.data import summary


def test_the_summary_is_strict_json(book):
    text = json.dumps(summary(book), allow_nan=False, ensure_ascii=False)
    found = json.loads(text)
    assert found["unit"] == "residents"
    assert found["communities"][3]["residents"] is None
    assert found["city"]["complete_community"]["communities"] == 4


def test_every_table_is_there_as_parquet(report, assessment):
    for name, table in assessment.tables.items():
        again = pd.read_parquet(report[0] / "data" / f"{name}.parquet")
        assert len(again) == len(table)
        assert list(again.columns) == list(table.columns)
    found = json.loads((report[0] / "data" / "summary.json").read_text(encoding="utf-8"))
    for community in found["communities"]:
        assert (report[0] / "zh" / community["page"]).exists()

from linli.report.start import Step, write_start

NAME = {"zh": "某区", "en": "A <district>"}
STEPS = [
    Step({"zh": "评估", "en": "Assess"}, {"zh": "结果", "en": "Results"}, "report"),
    Step(
        {"zh": "提升", "en": "Improve"},
        {"zh": "方案", "en": "Plan"},
        "plan",
        [({"zh": "规划", "en": "Document"}, {"zh": "plan/a-zh.docx", "en": "plan/a-en.docx"})],
    ),
]


def test_every_step_leads_to_its_pages_and_files_in_each_language(tmp_path):
    text = write_start(tmp_path, NAME, {"zh": "说明", "en": "Note"}, STEPS, ("zh", "en")).read_text(encoding="utf-8")
    for href in ("report/zh/index.html", "report/en/index.html", "plan/zh/index.html", "plan/a-zh.docx"):
        assert f'href="{href}"' in text
    assert text.count("Document") == 1
    assert "A &lt;district&gt;" in text
    assert (tmp_path / "assets" / "linli.css").is_file()


def test_one_language_alone(tmp_path):
    text = write_start(tmp_path, NAME, NAME, STEPS, ("en",)).read_text(encoding="utf-8")
    assert 'lang="en"' in text
    assert "评估" not in text

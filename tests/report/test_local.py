import pytest

from linli.report import ReportOptions
from linli.report.build import shown_coverage
from linli.report.figures import Figures, gather
from linli.report.handout import Bundle, Document, profile_data
from linli.report.local import gather_around, profile_document
from linli.report.outlines import life_circles
from linli.report.pdf import profile_job, set_pdf

DRAWN = {"fit"}
"""What depends on how tall a drawing came out."""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_profile_says_the_same_whether_the_whole_city_was_gathered_or_not(
    lang, book, assessment, survey, catalogue, contexts
):
    circles = life_circles(book, assessment, survey, catalogue)
    whole = Figures(gather(book, assessment, survey, circles), contexts[lang])
    coverage = shown_coverage(book, assessment)
    for community in book.communities:
        of_all = profile_data(
            Document(book, whole, contexts[lang], ReportOptions(), "", coverage), community, Bundle({}, {})
        )
        local = profile_document(assessment, survey, catalogue, community.id, ReportOptions(lang=(lang,)))[lang]
        alone = profile_data(local, local.book.community(community.id), Bundle({}, {}))
        assert {k: v for k, v in alone.items() if k not in DRAWN} == {k: v for k, v in of_all.items() if k not in DRAWN}


def test_only_its_own_circle_is_worked_out(assessment, survey, catalogue):
    key = assessment.communities["community_id"].iloc[0]
    material = gather_around(assessment, survey, catalogue, key)
    assert set(material.outlines) == {key}
    assert material.book.total == len(assessment.communities)
    rows = [community.row for community in material.book.communities]
    assert rows == list(range(len(rows)))
    with pytest.raises(KeyError):
        gather_around(assessment, survey, catalogue, "no such")


def test_it_prints(assessment, survey, catalogue, fonts, tmp_path):
    key = assessment.communities["community_id"].iloc[1]
    document = profile_document(assessment, survey, catalogue, key, ReportOptions(lang=("zh",)))["zh"]
    file = set_pdf(profile_job(document, document.book.community(key), tmp_path / "p.pdf", fonts), fonts)
    assert file.read_bytes().startswith(b"%PDF")

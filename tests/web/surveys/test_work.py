from linli.web.assessments.services import run_after_freeze
from linli.web.surveys.work import AFTER_FREEZE


def test_assessment_follows_a_freeze_once():
    assert AFTER_FREEZE.count(run_after_freeze) == 1

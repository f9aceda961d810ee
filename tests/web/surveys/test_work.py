from linli.web.jobs.registry import KINDS
from linli.web.surveys import work


def test_the_kinds_of_work_are_known():
    assert {"surveys.check", "surveys.freeze", "surveys.remind"} <= set(KINDS)
    assert isinstance(work.AFTER_FREEZE, list)

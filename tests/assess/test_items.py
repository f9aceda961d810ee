import numpy as np

from linli.assess.items import VERB_ORDER, combine
from linli.assess.measure import Measure
from linli.assess.standards import Requirement
from linli.rules.requirements import VERBS


def asked(verb="must", name="r"):
    return Requirement("s", "s/i", name, "reach", verb, ("existing",))


def measured(degree, low=None, high=None):
    point = np.array([degree], dtype="float64")
    low = np.array([degree if low is None else low], dtype="float64")
    high = np.array([degree if high is None else high], dtype="float64")
    return Measure(point, low, high, point, point, "share", point, "residents")


def one(requirements, measures, applies=None, met_share=1.0):
    applies = np.ones((len(measures), 1), dtype=bool) if applies is None else np.array(applies)[:, None]
    found = combine(requirements, measures, applies, met_share)
    return found.degree[0], found.low[0], found.high[0], found.weakest[0]


def test_every_verb_has_its_place():
    assert set(VERB_ORDER) == set(VERBS)


def test_the_weakest_must_decides():
    assert one([asked(), asked()], [measured(0.8), measured(0.3, 0.1, 0.4)]) == (0.3, 0.1, 0.4, 1)


def test_should_is_advice_beside_a_must():
    assert one([asked(), asked("should")], [measured(1.0), measured(0.0)]) == (1.0, 1.0, 1.0, 0)


def test_should_decides_where_it_is_the_only_one():
    assert one([asked("where_possible"), asked("should")], [measured(1.0), measured(0.5)])[0] == 0.5
    assert one([asked(), asked("should")], [measured(1.0), measured(0.5)], [False, True])[0] == 0.5


def test_nothing_binds():
    degree, low, high, weakest = one([asked()], [measured(1.0)], [False])
    assert np.isnan([degree, low, high]).all()
    assert weakest == -1


def test_unknown_beside_met_is_unknown():
    degree, low, high, weakest = one([asked(), asked()], [measured(1.0), measured(np.nan, 0, 1)])
    assert np.isnan(degree)
    assert (low, high, weakest) == (0.0, 1.0, 1)


def test_unknown_beside_short_is_at_most_that():
    assert one([asked(), asked()], [measured(0.4), measured(np.nan, 0, 1)]) == (0.4, 0.0, 0.4, 0)


def test_unknown_with_a_lower_ceiling():
    assert one([asked(), asked()], [measured(0.4), measured(np.nan, 0, 0.2)])[:3] == (0.2, 0.0, 0.2)


def test_unknown_beside_what_the_city_calls_met():
    degree, *_ = one([asked(), asked()], [measured(0.9), measured(np.nan, 0, 1)], met_share=0.9)
    assert np.isnan(degree)

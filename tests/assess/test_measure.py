import numpy as np
import pytest

from linli.assess.measure import NOTES, Evidence, capped, note_text, unknown_measure


def test_capped():
    found = capped(np.array([50.0, 300.0, 0.0, np.nan, 5.0]), np.array([200.0, 200.0, 0.0, 1.0, np.nan]))
    assert found[:3].tolist() == [0.25, 1.0, 1.0]
    assert np.isnan(found[3:]).all()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_note_has_words(lang):
    for code in NOTES:
        assert note_text(f"{code}:s/i.value", lang)
    assert "s/i.value" in note_text("unset:s/i.value", lang)


def test_unknown_knows_nothing():
    found = unknown_measure(2, ["no_streets"])
    assert np.isnan(found.degree).all()
    assert (found.low.tolist(), found.high.tolist()) == ([0, 0], [1, 1])
    assert found.notes["no_streets"].all()


def test_no_evidence_is_empty():
    assert len(Evidence.none().code) == 0

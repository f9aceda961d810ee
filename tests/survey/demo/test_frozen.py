from linli.survey.demo.frozen import as_survey, demo_survey
from linli.survey.demo.plan import plan_for
from linli.survey.record import Survey
from linli.survey.schema import LAYERS
from linli.survey.snapshot import freeze, load_snapshot


def test_survey_is_complete(city):
    survey = as_survey(city)
    assert isinstance(survey, Survey)
    assert set(survey.layers) == set(LAYERS)
    assert survey.manifest.residents.total == 39_924
    assert survey.manifest.rows["communities"] == 12
    assert survey.metric("buildings").crs == "EPSG:4549"


def test_same_seed_same_snapshot(tmp_path):
    digests = []
    for name in ("a", "b"):
        freeze(demo_survey(4, plan=plan_for(2)), tmp_path / name)
        digests.append(load_snapshot(tmp_path / name).manifest.digest)
    assert digests[0] == digests[1]

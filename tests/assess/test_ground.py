import numpy as np
import pytest

from linli.assess.city import build_city
from linli.assess.ground import facility_sets, open_space_types, prepare, walks_of
from linli.assess.options import AssessOptions


def ground_of(survey, catalogue, **options):
    return prepare(survey, catalogue, AssessOptions(standards=("complete_community",), **options), lambda *_: None)


def test_everything_asked_for_is_prepared(tiny, catalogue):
    ground = ground_of(tiny, catalogue)
    known = len(ground.walks.fields)
    for mask in facility_sets(ground.city, ground.standards[0]):
        assert mask.tobytes() in ground.walks.fields
    assert len(ground.walks.fields) == known
    assert "nursery" in ground.types
    assert ground.types["nursery"] == ("0_2",)
    assert ground.types["park"] == ()
    assert ground.radii_m["nursery"] == [300.0, 500.0, 1000.0]
    assert ground.zones.weights == (1.0, 0.68, 0.22)


def test_who_puts_a_city_on_its_streets_again_finds_what_the_assessment_found(tiny, catalogue):
    ground = ground_of(tiny, catalogue)
    city = build_city(tiny, open_space_types(catalogue))
    again = walks_of(city, ground.walks.limit_m, catalogue, ground.options, ground.on)
    assert again.streets.key == ground.walks.streets.key
    for field in ("owner", "edge", "position", "offset"):
        assert getattr(again.origins, field).tolist() == getattr(ground.walks.origins, field).tolist()
        assert getattr(again.targets, field).tolist() == getattr(ground.walks.targets, field).tolist()


def test_a_shop_of_an_alternative_has_distances_too(tiny, catalogue):
    assert "convenience_store" in ground_of(tiny, catalogue).radii_m


def test_steps_cost_time_once_a_pack_says_how_much(city_kit, tmp_path):
    from linli.rules import load_catalogue

    (tmp_path / "p" / "walking").mkdir(parents=True)
    (tmp_path / "p" / "pack.yaml").write_text("title: {zh: 市, en: City}\nauthor: c\norder: 20\n", encoding="utf-8")
    (tmp_path / "p" / "walking" / "extra_time.yaml").write_text(
        "id: walking/extra_time\nvalues:\n  steps:\n    dated:\n"
        "      - {value: 10, unit: seconds, valid_from: 2020-01-01, reference: {title: City}, "
        "certainty: published, last_checked_on: 2026-11-23}\n",
        encoding="utf-8",
    )
    streets = city_kit.ladder()
    streets[2]["steps"] = True  # 100–200 m of the lower rail
    communities, buildings = city_kit.tiny_parts()
    facilities = [{"facility_id": "f", "type": "pharmacy", "geometry": city_kit.at(50)}]
    survey = city_kit.survey_of(communities=communities, buildings=buildings, facilities=facilities, streets=streets)
    ground = ground_of(survey, load_catalogue([tmp_path / "p"]))
    field = ground.walks.fields[ground.of_type("pharmacy").tobytes()]
    # 10 s at the adult's 1.2 m/s are 12 m of level walk on the flight; half of it lies before the middle
    assert field.distance_m[:3].tolist() == pytest.approx([0.0, 106.0, 212.0], abs=1e-3)
    assert np.isfinite(field.distance_m).all()

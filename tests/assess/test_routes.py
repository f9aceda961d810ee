import json

from linli.assess import AssessOptions, assess
from linli.assess.routes import example_routes


def test_shortest_and_longest(tiny, catalogue):
    found = assess(tiny, catalogue, AssessOptions(standards=("complete_community",)))
    asked = found.requirements.query("community_id == 'A' and item == 'complete_community/nursery'")
    shortest, longest = example_routes(tiny, found, "A", asked)
    assert (shortest.building_id, shortest.distance_m) == ("b0", 0.0)
    assert (longest.building_id, longest.distance_m) == ("b1", 100.0)
    assert json.loads(json.dumps(longest.as_dict()))["line"][0][0] > 119


def test_no_reach_no_walk(tiny, catalogue):
    found = assess(tiny, catalogue, AssessOptions(standards=("complete_community",)))
    asked = found.requirements.query("community_id == 'A' and item == 'complete_community/utilities'")
    assert example_routes(tiny, found, "A", asked) == ()

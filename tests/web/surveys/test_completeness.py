"""Counting by queries and listing by rows come to the same numbers, whatever the register holds."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.assess import AssessOptions
from linli.web.places.models import Record
from linli.web.surveys.asked import COLUMNS, asked_by
from linli.web.surveys.completeness import PARTS, Community, Completeness, Part, count_facts, facts_of

pytestmark = pytest.mark.django_db

ASKED = asked_by(AssessOptions(standards=("complete_community", "future_community")), dt.date(2026, 11, 1))
HEMU_CODE = "330105011001"
CITY = "3301/"
HEMU = "3301/330105/330105011/330105011001/"
HUAFENG = "3301/330105/330105011/330105011002/"


def hemu(*none_of):
    return Community(HEMU_CODE, HEMU, frozenset(none_of))


def parts(found):
    return {part.name: (part.known, part.asked) for part in found.parts}


def test_nothing_known_is_asked_all_the_same(city, register):
    found = count_facts([hemu()], ASKED, CITY)[HEMU_CODE]
    types = len(ASKED.types_for("existing"))
    questions = len(ASKED.questions_for("existing", ""))
    assert parts(found) == {
        "community": (0, len(COLUMNS["communities"]) + 1), "estates": (0, 1), "facilities": (0, types),
        "sizes": (0, 0), "rooms": (0, 1), "plots": (0, 1), "answers": (0, questions), "wishes": (0, 1),
    }  # fmt: skip
    assert (found.known, found.missing) == (0, found.asked)
    assert found.share == 0


def test_rows_count_by_their_columns_and_places(city, register):
    register.put("communities", HEMU_CODE, HEMU, register.square(), households=900, residents=2000, kind="existing")
    register.put("estates", "E1", HEMU, register.square(), name="新村", built_year=1990)
    register.put("estates", "E2", HEMU)
    register.put("facilities", "F1", HEMU, register.square().centroid, of="nursery", floor_area_m2=200)
    register.put("facilities", "F2", HEMU, register.square().centroid, of="nursery")
    register.put("facilities", "F3", HEMU, None, of="bus_stop")
    register.put("answers", f"{HEMU_CODE}|complete_community/utilities", HEMU, value="yes")
    register.put("answers", f"{HEMU_CODE}|complete_community/no_such_item", HEMU, value="yes")
    register.put("wishes", f"{HEMU_CODE}|canteen", HEMU, count=3, households_asked=50)
    found = parts(count_facts([hemu("rooms")], ASKED, CITY)[HEMU_CODE])
    estate = len(COLUMNS["estates"]) + 1
    assert found["community"] == (3, len(COLUMNS["communities"]) + 1)
    assert found["estates"] == (1 + 3, 1 + 2 * estate)
    assert found["facilities"][0] == 2
    assert found["sizes"] == (1 + 2, 2 + 3)
    assert found["rooms"] == (1, 1)
    assert found["plots"] == (0, 1)
    assert found["answers"][0] == 1
    assert found["wishes"] == (1, 1)


def test_said_to_have_none_counts_once_and_not_beside_a_row(city, register):
    none = hemu("facilities/nursery", "facilities/canteen", "facilities/poem")
    assert parts(count_facts([none], ASKED, CITY)[HEMU_CODE])["facilities"][0] == 2
    register.put("facilities", "F1", HEMU, of="nursery")
    assert parts(count_facts([none], ASKED, CITY)[HEMU_CODE])["facilities"][0] == 2


def test_closed_rows_and_other_communities_do_not_count(city, register):
    row = register.put("estates", "E1", HUAFENG, register.square(), name="新村")
    register.put("facilities", "F1", HUAFENG, of="nursery")
    assert count_facts([hemu()], ASKED, CITY)[HEMU_CODE].known == 0
    other = Community("330105011002", HUAFENG)
    assert count_facts([other], ASKED, CITY)["330105011002"].known == 4
    Record._all.filter(pk=row.pk).update(closed_at=dt.datetime.now(dt.UTC))
    assert count_facts([other], ASKED, CITY)["330105011002"].known == 1


def test_a_new_community_is_asked_other_things(city, register):
    register.put("communities", HEMU_CODE, HEMU, register.square(), kind="new", project_type="inclusive")
    found = parts(count_facts([hemu()], ASKED, CITY)[HEMU_CODE])
    assert found["facilities"][1] == len(ASKED.types_for("new"))
    assert found["answers"][1] == len(ASKED.questions_for("new", "inclusive"))


def test_buildings_are_told_beside_and_not_in_the_sum(city, register):
    counts = {HEMU_CODE: [10, 9, 8]}
    found = count_facts([hemu()], ASKED, CITY, counts)[HEMU_CODE]
    assert (found.buildings.count, found.buildings.residents_known, found.buildings.ages_known) == (10, 9, 8)
    assert found.asked == count_facts([hemu()], ASKED, CITY)[HEMU_CODE].asked


def test_many_communities_take_as_many_queries_as_one(city, register, django_assert_max_num_queries):
    all_ = [Community(path.rstrip("/").split("/")[-1], path) for path in (HEMU, HUAFENG)]
    with django_assert_max_num_queries(9):
        assert len(count_facts(all_, ASKED, CITY)) == 2


def test_nothing_asked_has_no_share():
    assert Completeness((Part("community", 0, 0),)).share is None


def _columns(layer):
    return st.sets(st.sampled_from([*COLUMNS[layer], "community_id"]))


ROWS = st.lists(
    st.one_of(
        st.tuples(st.just("estates"), st.just(""), _columns("estates"), st.booleans()),
        st.tuples(st.just("rooms"), st.just(""), _columns("rooms"), st.booleans()),
        st.tuples(
            st.just("facilities"), st.sampled_from(["nursery", "canteen", "bus_stop", "park", "bank"]),
            st.sets(st.sampled_from(["floor_area_m2", "site_area_m2", "capacity", "name"])), st.booleans(),
        ),
        st.tuples(st.just("wishes"), st.just(""), st.sets(st.sampled_from(["households_asked", "count"])),
                  st.just(False)),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    own=_columns("communities"),
    kind=st.sampled_from(["existing", "new"]),
    none_of=st.sets(st.sampled_from(["rooms", "plots", "facilities/nursery", "facilities/canteen"])),
    items=st.sets(st.sampled_from([question.item for question in ASKED.questions])),
)
def test_counting_is_listing(city, register, rows, own, kind, none_of, items):
    Record._all.all().delete()
    register.put("communities", HEMU_CODE, HEMU, None, **dict.fromkeys(own, 1), kind=kind)
    for at, (layer, of, columns, located) in enumerate(rows):
        register.put(layer, f"K{at}", HEMU, register.square() if located else None, of=of, **dict.fromkeys(columns, 1))
    for item in items:
        register.put("answers", f"{HEMU_CODE}|{item}", HEMU, value="yes")
    community = hemu(*none_of)
    counted = count_facts([community], ASKED, CITY)[HEMU_CODE]
    listed = facts_of(community, ASKED)
    by_part = Counter(fact.part for fact in listed)
    known = Counter(fact.part for fact in listed if fact.known)
    assert parts(counted) == {name: (known[name], by_part[name]) for name in PARTS}

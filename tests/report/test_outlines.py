import dataclasses

import shapely

from linli.report.outlines import LEVELS, life_circles
from linli.survey import make_survey


def test_circles_grow_and_hold_the_heart(book, assessment, survey, catalogue):
    circles = life_circles(book, assessment, survey, catalogue)
    assert set(circles) <= {c.id for c in book.communities}
    assert len(circles) >= 3
    for several in circles.values():
        metres = [m for m, _, _ in several]
        assert metres == sorted(metres)
        assert {level for _, level, _ in several} == set(LEVELS)
        areas = [shapely.area(area) for _, _, area in several]
        assert areas == sorted(areas)


def test_without_streets_there_is_no_circle(book, assessment, survey, catalogue):
    layers = {**survey.layers, "streets": survey.layers["streets"].iloc[:0]}
    assert life_circles(book, assessment, make_survey(layers, survey.manifest), catalogue) == {}
    nobody = dataclasses.replace(assessment, buildings=assessment.buildings.iloc[:0])
    assert life_circles(book, nobody, survey, catalogue) == {}

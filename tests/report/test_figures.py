import dataclasses

import numpy as np


def test_every_figure_is_well_formed(figures, book, well_formed):
    for standard in book.standards:
        for svg in (figures.score_map(standard), figures.city_haves(standard), figures.items(standard)):
            well_formed(svg)
    for svg in (figures.coverage_bars(), figures.coverage_bars(5), figures.curves()):
        well_formed(svg)
    for code in figures.material.mapped[:3]:
        well_formed(figures.coverage_map(code))
        well_formed(figures.curve(code))
        assert figures.type_titles[code] in figures.finding(code)
    for community in book.communities:
        singles = (
            figures.circle(community),
            figures.ages(community),
            figures.scenes(community),
            figures.wishes(community),
            figures.haves(community, book.standards[0]),
        )
        for svg in [*(s for s in singles if s), *figures.shortfalls(community)]:
            well_formed(svg)


def test_a_figure_is_drawn_once(figures, book):
    assert figures.circle(book.communities[0]) is figures.circle(book.communities[0])


def test_unknown_ages_draw_no_chart(figures, book):
    assert figures.ages(book.communities[3]) == ""
    assert figures.ages(book.communities[0])


def test_maps_follow_the_index_not_the_order_of_rows(book, assessment, survey, contexts):
    from linli.report.figures import Figures, gather

    shuffled = assessment.buildings.sample(frac=1, random_state=1).reset_index(drop=True)
    other = gather(book, dataclasses.replace(assessment, buildings=shuffled), survey)
    code = other.mapped[0]
    again = Figures(other, contexts["zh"])
    assert again.coverage_map(code) == Figures(gather(book, assessment, survey), contexts["zh"]).coverage_map(code)
    assert np.isclose(np.nansum(other.ground.residents), assessment.buildings["residents"].sum())

import numpy as np

from linli.report.plan.maps import Mark, change_map, ground_of, place_marks, places_map


def marks_on(ground, count, same=1):
    left, bottom, right, top = ground.view.bounds
    rng = np.random.default_rng(5)
    found = []
    for i in range(count):
        x, y = rng.uniform(left, right), rng.uniform(bottom, top)
        for k in range(same):
            number = i * same + k + 1
            found.append(
                Mark(f"room:{i}", x, y, number, ("reallocate", "convert", "build")[k % 3], "health", "医", "<tip>")
            )
    return found


def apart(boxes):
    return not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for i, a in enumerate(boxes) for b in boxes[i + 1 :]
    )


def test_symbols_of_places_keep_apart(plan_material):
    placed = place_marks(marks_on(plan_material.ground, 30, same=2), plan_material.ground.view)
    assert len(placed) == 30
    assert apart([box for box, _, _ in placed])


def test_places_at_one_point_keep_apart(plan_material):
    view = plan_material.ground.view
    x, y = (view.bounds[0] + view.bounds[2]) / 2, (view.bounds[1] + view.bounds[3]) / 2
    marks = [Mark(f"room:{i}", x, y, i, "convert", "health", "医", "t") for i in range(1, 9)]
    assert apart([box for box, _, _ in place_marks(marks, view)])


def test_a_place_map_carries_what_a_map_must(plan_material, contexts, well_formed):
    marks = marks_on(plan_material.ground, 5)
    figure = {
        lang: places_map(plan_material.ground, marks, _plan(contexts[lang]), name="m", title="T", described="D")
        for lang in ("zh", "en")
    }
    for svg in figure.values():
        well_formed(svg)
        for part in ("scale-bar", "north", "2025-10-31", "<tip>".replace("<", "&lt;").replace(">", "&gt;")):
            assert part in svg


def _plan(context):
    from dataclasses import replace

    from linli.report.plan.words import plan_words

    words = plan_words(context.words.lang)
    return replace(context, words=words, fmt=replace(context.fmt, words=words))


def test_a_district_is_fitted_to_its_communities(plan_material):
    whole = plan_material.ground
    part = ground_of(whole, whole.community_ids[:1])
    assert part.community_ids == whole.community_ids[:1]
    assert part.view.metres < whole.view.metres
    assert set(part.owner.tolist()) == {0}
    assert ground_of(whole, whole.community_ids) is whole


def test_dots_are_people(plan_material, contexts, well_formed):
    ground = plan_material.ground
    newly = np.zeros(len(ground.xy))
    newly[0] = 100.0
    svg = change_map(
        ground, (ground.xy, newly, np.zeros(len(newly))), [], (), 1.0, _plan(contexts["zh"]),
        name="c", title="T", legend_title="L", described="D",
    )  # fmt: skip
    well_formed(svg)
    assert "100" in svg
    # area of the dot: 100 px², its radius in tenths rounds to 56, its stroke is twice that
    assert 'stroke-width="112"' in svg or 'stroke-width="114"' in svg

from linli.web.pages.badge import LOOKS, Badge, badge_of


def test_every_look_has_a_shape_of_its_own():
    assert len({mark for _, mark in LOOKS.values()}) == len(LOOKS)


def test_unknown_states_look_unknown():
    assert badge_of("in_force", "有效") == Badge("met", "●", "有效")
    assert badge_of("odd", "怪") == Badge("unknown", "?", "怪")
    assert badge_of("odd", "怪", "bad").style == "not_met"

from linli.web.pages import parts


def test_the_parts_of_plans_are_registered():
    assert any("plans" in name for name in parts._PARTS["projects:project"])
    assert any("plans" in name for name in parts._PARTS["funds:overview"])

from types import SimpleNamespace

from django.template import Context, Template

from linli.web.pages import parts
from linli.web.pages.parts import part, render_parts


def test_parts_are_drawn_where_there_is_room_for_them(monkeypatch):
    monkeypatch.setattr(parts, "_PARTS", {})

    @part("here")
    def says(request, about):
        return "components/badge.html", {"badge": SimpleNamespace(style="met", mark="●", text=f"{request}{about}<")}

    @part("here")
    def silent(request, about):
        return None

    assert part("here")(says) is says  # twice is once
    assert render_parts("here", "R", 1).count("R1&lt;") == 1
    assert render_parts("elsewhere", "R", 1) == ""
    drawn = Template('{% parts "here" x %}').render(Context({"request": "R", "x": 2}))
    assert "R2&lt;" in drawn

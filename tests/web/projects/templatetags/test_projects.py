from types import SimpleNamespace

from django.template import Context, Template
from django.utils import translation


def test_items_of_the_same_name_say_of_which_standard_they_are():
    rows = [SimpleNamespace(item=f"{standard}/kindergarten") for standard in ("complete_community", "living_circle")]
    rows.append(SimpleNamespace(item="complete_community/nursery"))
    text = (
        "{% load projects %}{% for one in rows %}{{ one.item|item_words }}{% standard_beside one rows %} {% endfor %}"
    )
    assert Template(text).render(Context({"rows": rows})) == "幼儿园（完整社区） 幼儿园（居住区生活圈（国标）） 托儿所 "
    with translation.override("en"):
        assert "Kindergarten (Complete community)" in Template(text).render(Context({"rows": rows}))


def test_an_item_of_an_assessment_leads_to_its_evidence():
    row = SimpleNamespace(community=SimpleNamespace(code="330199001001"), item="complete_community/nursery")
    text = "{% load projects %}{% item_link row %} {{ row.item|item_words }} {{ gone|item_words }}"
    drawn = Template(text).render(Context({"row": row, "gone": "no/such"}))
    assert drawn == "/assessments/communities/330199001001/complete_community/nursery/ 托儿所 no/such"

from types import SimpleNamespace

from django.template import Context, Template


def test_an_item_of_an_assessment_leads_to_its_evidence():
    row = SimpleNamespace(community=SimpleNamespace(code="330199001001"), item="complete_community/nursery")
    text = "{% load projects %}{% item_link row %} {{ row.item|item_words }} {{ gone|item_words }}"
    drawn = Template(text).render(Context({"row": row, "gone": "no/such"}))
    assert drawn == "/assessments/communities/330199001001/complete_community/nursery/ 托儿所 no/such"

from linli.web.pages.forms import ReasonForm, add_refusal
from linli.web.refusal import Refused


def test_labels_come_from_the_words():
    form = ReasonForm()
    assert form.fields["reason"].label == "理由"
    assert form.fields["reason"].help_text


def test_a_refusal_goes_to_its_field_or_to_the_form():
    form = ReasonForm({"reason": "r"})
    assert form.is_valid()
    add_refusal(form, Refused("accounts.refuse.reason", "reason"))
    add_refusal(form, Refused("accounts.refuse.role", "role"))
    assert form.errors == {"reason": ["请写明理由。"], "__all__": ["没有这个角色。"]}

from linli.web.field.forms import ApproveForm, DeclineForm, RemarkForm, ReviewForm


def test_a_verdict_is_one_of_two():
    assert ReviewForm({"review": "approved", "version": 1}).is_valid()
    assert not ReviewForm({"review": "received", "version": 1}).is_valid()
    assert [value for value, _ in ReviewForm().fields["review"].choices] == ["approved", "issues"]


def test_words_are_needed_where_something_is_said():
    assert not RemarkForm({"text": ""}).is_valid()
    assert not DeclineForm({"reason": ""}).is_valid()
    assert ApproveForm({}).is_valid()

"""A page that asks puts a service's answer back into its form."""

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage

from linli.errors import InputError, Problem
from linli.web.pages.asking import ask
from linli.web.pages.forms import ReasonForm
from linli.web.refusal import Refused


@pytest.fixture
def sent(rf, city):
    def make(data):
        request = rf.post("/", data) if data else rf.get("/")
        request.user = city.user("street", city.at["street"])
        request.htmx = False
        request.session = {}
        request._messages = FallbackStorage(request)
        return request

    return make


def answer(request, do):
    form = ReasonForm(request.POST or None)
    return ask(request, form, do, title="标题", back="/back/", said="projects.said.saved", lead="说明",
               about={"trail": [("上级", "/above/")]})  # fmt: skip


def test_it_shows_the_form(sent):
    page = answer(sent(None), None).content.decode()
    assert "标题" in page
    assert "说明" in page
    assert '<a href="/above/">上级</a>' in page


def test_it_does_what_was_asked_and_goes_back(sent):
    done = []
    response = answer(sent({"reason": "好"}), done.append)
    assert (response.status_code, response["Location"]) == (302, "/back/")
    assert done == [{"reason": "好"}]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (Refused("projects.refuse.role"), "您的角色不能执行这一步"),
        (InputError([Problem("x", "error", {"zh": "错在这里", "en": "here"}, {"zh": "", "en": ""})]), "错在这里"),
    ],
)
def test_a_refusal_comes_back_in_the_form_with_what_was_typed(sent, error, text):
    def do(_):
        raise error

    page = answer(sent({"reason": "理由在此"}), do).content.decode()
    assert text in page
    assert "理由在此" in page


def test_nothing_typed_is_an_error(sent):
    assert "有 1 处需要改正" in answer(sent({"reason": ""}), None).content.decode()


def test_every_problem_stands_beside_its_field(sent):
    class Refusal(Refused):
        problems = (
            Problem("x", "error", {"zh": "太短", "en": "short"}, {"zh": "写长些", "en": "more"}, column="reason"),
            Problem("x", "error", {"zh": "没有位置", "en": "no place"}, {"zh": "", "en": ""}),
        )

    def do(_):
        raise Refusal("projects.refuse.role")

    request = sent({"reason": "理由"})
    page = answer(request, do).content.decode()
    assert "有 2 处需要改正" in page
    assert '<a href="#id_reason">理由</a>：太短。写长些' in page
    assert "没有位置" in page

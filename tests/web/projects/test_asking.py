from linli.web.pages.asking import ask as ask_page
from linli.web.projects.asking import ask


def test_it_is_the_page_that_asks_with_the_look_of_projects():
    assert ask.func is ask_page
    assert ask.keywords == {"template": "projects/ask.html"}

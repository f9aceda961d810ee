from django.contrib.auth.models import AnonymousUser

from linli.web.pages.context import page_context


def test_what_every_page_knows(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    about = page_context(request)
    assert (about["site_name"], about["lang"], about["menu"], about["read_only"]) == ("邻里", "zh", [], False)

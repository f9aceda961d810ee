from django.apps import apps


def test_the_app_is_there_under_its_own_label():
    assert apps.get_app_config("accounts").name == "linli.web.accounts"

from linli.web.public import urls


def test_addresses_have_a_name_of_their_own():
    assert urls.app_name == "public"

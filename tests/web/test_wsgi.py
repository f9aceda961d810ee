from linli.web.wsgi import application


def test_it_is_callable():
    assert callable(application)

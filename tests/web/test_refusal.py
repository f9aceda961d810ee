from linli.web.refusal import Refused


def test_it_speaks():
    refused = Refused("accounts.refuse.path", "path", path="3/")
    assert (str(refused), refused.field, refused.key) == ("地点路径不合规定：3/", "path", "accounts.refuse.path")

"""Serving itself is in test_site; here is what the server is told."""

from linli.web.serve import make_server


def test_only_the_proxy_that_is_trusted_is_believed(settings):
    config = settings.SITE.config.model_copy(update={"trusted_proxy": "10.0.0.1", "upload_mb": 3})
    server = make_server(settings.SITE.model_copy(update={"config": config}), port=0)
    assert server.adj.trusted_proxy == "10.0.0.1"
    assert server.adj.max_request_body_size == 3 * 1024 * 1024
    assert server.effective_port
    server.close()

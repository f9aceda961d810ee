import pytest
from django.utils import translation

from linli.web.pages.templatetags import linli as tags


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "建设中"), ("en", "Being built")])
def test_the_audit_trail_calls_a_state_as_its_page_does(language, words):
    with translation.override(language):
        assert tags.value_words("projects.project.step", "state", "building") == words
        assert tags.value_words("projects.project.step", "state", "gone_since") == "gone_since"

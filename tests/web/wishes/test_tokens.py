import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.web.wishes.tokens import (
    BITS,
    browser_digest,
    new_browser_token,
    read_token,
    slip_token,
    token_digest,
    written,
)


def test_a_token_has_128_bits_and_is_made_anew_the_same():
    assert BITS == 128
    token = slip_token("q", 7)
    assert token == slip_token("q", 7)
    assert len(token) == 26
    assert len({slip_token(code, n) for code in "qr" for n in range(500)}) == 1000


@given(st.integers(1, 10**7))
def test_what_is_written_is_read_back_however_it_is_typed(number):
    token = slip_token("code", number)
    typed = written(token).lower().replace("0", "o").replace("1", "l")
    assert read_token(typed) == read_token(f" {token} ") == token


@pytest.mark.parametrize("text", ["", "ABC", "U" * 26, "0" * 27, "<script>", "0" * 25 + "!"])
def test_what_cannot_be_a_token_is_none(text):
    assert read_token(text) == ""


def test_hashes_do_not_tell_the_token_and_differ_by_questionnaire():
    token = slip_token("q", 1)
    assert token not in token_digest(token)
    mark = new_browser_token()
    assert len(mark) >= 22
    assert browser_digest("a", mark) != browser_digest("b", mark)


def test_another_key_of_the_site_makes_other_tokens(settings):
    before = slip_token("q", 1)
    settings.SECRET_KEY = "another" * 8
    assert slip_token("q", 1) != before

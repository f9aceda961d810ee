import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.web.places.models import Term
from linli.web.places.terms import begins, is_found, plain_name, search_words, terms_of, word_filter

NAMES = ("和睦养老服务驿站", "和睦社区", "重庆路菜场", "长乐苑", "华丰幼儿园", "3号楼活动室", "A区 Kiosk", "绿景公园")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("和睦", [0, 1]), ("驿", [0]), ("yanglao", [0]), ("ylfw", [0]), ("hmsq", [1]), ("hemu", [0, 1]),
        ("chongqing", [2]), ("zhongqing", [2]), ("changle", [3]), ("zhangyue", []), ("zhangle", [3]),
        ("服务 hemu", [0]), ("和睦yl", [0]), ("3号", [5]), ("kiosk", [6]), ("a区", [6]), ("Ａ区", [6]), ("lvjing", [7]),
        ("lujing", [7]), ("lüjing", [7]), ("幼儿", [4]), ("和园", []), ("emu", []), ("-", list(range(8))),
    ],
)  # fmt: skip
def test_names_are_found_in_characters_pinyin_and_initials(typed, found):
    assert [i for i, name in enumerate(NAMES) if is_found(name, search_words(typed))] == found


def test_plain_names():
    assert plain_name("Ａ-1 号（东）") == "a1号东"
    assert search_words(" ") == []


@pytest.mark.parametrize("word", ["he", "和"])
def test_conditions_name_columns_of_the_table(word, db):
    assert not Term._all.filter(word_filter(word))
    assert not Term._all.filter(begins("sound", word))


@given(st.text(max_size=30))
def test_any_name_is_found_by_itself_and_by_any_part_of_it(name):
    words = search_words(name)
    assert not words or is_found(name, [word[:24] for word in words])
    for text, sound, initials in terms_of(name):
        assert len(text) <= 24
        assert len(sound) <= 48
        assert len(initials) <= 24

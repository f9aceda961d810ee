from datetime import UTC, date, datetime
from types import SimpleNamespace

from django.template import engines
from django.utils import translation

from linli.web.pages.templatetags import linli as tags


def _render(text, **values):
    return engines["django"].from_string(text).render(values)


def test_words_and_badges():
    assert _render("{% t 'pages.menu' name %}", name="survey") == "调查"
    assert "●" in _render("{% badge 'in_force' 'accounts.state' %}")
    assert _render("{% t_or 'x' 'no.such.key' %}") == "x"


def test_filters():
    assert tags.moment(datetime(2026, 11, 23, 6, 5, tzinfo=UTC)) == "2026-11-23 14:05"
    assert tags.moment(date(2026, 1, 2)) == "2026-01-02"
    assert (tags.moment(None), tags.digits(12345), tags.digits("x")) == ("", "12,345", "x")
    assert (tags.plain(None), tags.plain(True), tags.plain([1]), tags.plain("a")) == ("–", "是", "[1]", "a")
    assert (tags.minutes(None), tags.minutes(5), tags.minutes(120)) == ("", "约 5 秒", "约 2 分钟")
    assert tags.of({"a": 1}, "a") == 1
    assert tags.of({}, "b") == "b"
    assert tags.event_words("accounts.grant.create") == "授予角色"
    assert tags.event_words("no.such.event") == "no.such.event"
    assert tags.actor_words(SimpleNamespace(actor_name="imports.check", actor_id=None)) == "系统（核对表格）"
    assert tags.actor_words(SimpleNamespace(actor_name="imports.check", actor_id=3)) == "imports.check"
    assert tags.actor_words(SimpleNamespace(actor_name="linli site init", actor_id=None)) == "linli site init"
    assert tags.field_words("role") == "角色"
    assert tags.field_words("title", "projects.milestone.set") == "节点"
    assert tags.value_words("providers.provider.remove", "state", "removed") == "已移出"
    assert tags.value_words("providers.evaluation.decide", "proposal", "warn") == "警示"
    assert tags.value_words("projects.statement.set", "text", "供水 1.5 t") == "供水 1.5 t"
    assert tags.value_words("funds.payment.make", "voucher", None) == "–"
    assert tags.job_words("x.y") == "x.y"


def test_texts_of_both_languages_are_given_in_the_pages():
    assert tags.in_words({"zh": "应为数字", "en": "a number"}) == "应为数字"
    translation.activate("en")
    assert tags.in_words({"zh": "应为数字", "en": "a number"}) == "a number"
    assert tags.in_words({}) == ""


def test_a_mark_has_shape_figure_and_words_and_escapes_what_it_is_given():
    from linli.web.pages.table import Cell

    plain = tags.mark(Cell("3 %", "mark", code="partly", words="部分<达标>"))
    assert plain.startswith('<span class="st st-partly" title="部分&lt;达标&gt;">')
    assert "◐" in plain
    assert plain.endswith("3 %</span>")
    linked = tags.mark(Cell("", "mark", link="/a/?b=1&c=2", code="unknown", words="待补"))
    assert linked.startswith('<a href="/a/?b=1&amp;c=2" class="st st-unknown"')


def _cell(**more):
    return SimpleNamespace(**{"text": "", "kind": "text", "link": "", "code": "", "words": "", "style": ""} | more)


def test_rows_of_a_table_are_escaped_and_linked_and_their_states_drawn():
    rows = [[_cell(text="<b>&", style="n"), _cell(text="a<", link="/x/?a=1&b=2"), _cell(text="待审", code="submitted")]]
    drawn = _render("{% table_rows rows %}", rows=rows)
    assert drawn.startswith(
        '<tr><td class="n">&lt;b&gt;&amp;</td><td><a href="/x/?a=1&amp;b=2">a&lt;</a></td><td><span'
    )
    assert "待审" in drawn
    assert 'class="mark"' in drawn


def test_options_are_escaped_and_the_chosen_one_is_marked():
    drawn = _render("{% options choices 'b' %}", choices=[("a", "<A>"), ("b", "B")])
    assert drawn == '<option value="a">&lt;A&gt;</option><option value="b" selected>B</option>'

import re

import pytest

from linli.web.accounts.roles import role_matrix
from linli.web.demo.build import STAGES

pytestmark = pytest.mark.slow


def test_the_command_makes_a_whole_city_and_shows_every_password_once(demo_site, ask):
    said = demo_site.said.read_text()
    shown = dict(re.findall(r"^ {2}(\w+) +(\S+)$", said, re.MULTILINE))
    assert shown, said[-3000:]
    people = {name for (name,) in ask("SELECT username FROM accounts_user")}
    assert set(shown) == people
    assert {role for (role,) in ask("SELECT DISTINCT role FROM accounts_grant")} == set(role_matrix().roles)
    assert not any(password in name for name, password in shown.items())
    kept = " ".join(str(row) for row in ask("SELECT * FROM audit_event"))
    assert not any(password in kept for password in shown.values())


def test_its_stages_have_words_on_the_command_line():
    from linli.cli.site import _STAGES

    assert set(_STAGES) == set(STAGES)


def test_its_trail_of_events_is_whole(demo_site, ask):
    numbers = [number for (number,) in ask("SELECT number FROM audit_event ORDER BY number")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 900

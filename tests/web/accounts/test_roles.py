import pytest

from linli.web.accounts.roles import role_matrix
from linli.web.words import has_words

MATRIX = role_matrix()


def test_everything_has_words():
    keys = [f"accounts.role.{code}" for code in MATRIX.roles] + [f"accounts.module.{m}" for m in MATRIX.modules]
    assert [key for key in keys if not has_words(key)] == []


def test_the_three_administrators_are_three_people():
    three = {"system_admin", "security_admin", "audit_admin"}
    for code in three:
        assert three - {code} <= MATRIX.roles[code].never_with
        assert MATRIX.roles[code].administrator


def test_nobody_who_applies_for_money_approves_it():
    for role in MATRIX.roles.values():
        assert not (role.may("funds", "apply") and role.may("funds", "approve")), role.code
        assert not (role.may("funds", "approve") and role.may("funds", "pay")), role.code


def test_every_action_is_in_somebodys_hands():
    for module, actions in MATRIX.modules.items():
        for action in actions:
            assert any(role.may(module, action) for role in MATRIX.roles.values()), (module, action)


def test_administrators_do_not_see_the_work():
    for role in MATRIX.roles.values():
        if role.administrator:
            assert set(role.actions) <= {"people", "audit", "system", "jobs"}


def test_an_unknown_action_is_refused(tmp_path):
    file = tmp_path / "roles.yaml"
    file.write_text("modules: {a: [view]}\nlevels: [city]\nroles: {r: {levels: [city], a: [fly]}}\n")
    with pytest.raises(ValueError, match="no action fly"):
        role_matrix(file)
    assert MATRIX.knows("people", "grant")
    assert not MATRIX.knows("people", "fly")

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from linli.web.accounts.passwords import VarietyValidator, new_password


@pytest.mark.parametrize("bad", ["password", "1234567890", "abcdefghijk", "Abcdefghijk", "Short1!"])
def test_weak_passwords_are_refused(bad):
    with pytest.raises(ValidationError):
        validate_password(bad)


@pytest.mark.parametrize("good", ["Correct-Horse-77", "我的密码Abcdefg1"])
def test_good_ones_are_taken(good):
    validate_password(good)
    assert VarietyValidator().get_help_text()


def test_first_passwords_are_good_and_never_the_same():
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        validate_password(password)

from __future__ import annotations

import pytest

from keepwell.access.errors import PasswordRefused
from keepwell.access.passwords import check_name, check_password, hash_password, password_fits
from keepwell.access.tokens import csrf_fits, csrf_token, new_token


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "shorter than 10"),
        ("x" * 201, "longer than 200"),
        ("Administrator.Ada", "is the name"),
        ("ADA.ROTARTSINIMDA", "is the name"),
        ("Password123", "first that are guessed"),
        ("aaaaaaaaaaaaaa", "first that are guessed"),
    ],
)
def test_refused_passwords(password: str, words: str) -> None:
    with pytest.raises(PasswordRefused, match=words):
        check_password("administrator.ada", password)


@pytest.mark.parametrize("password", ["correct horse battery", "我们的猫喜欢喝热牛奶吗"])
def test_good_passwords(password: str) -> None:
    check_password("ada", password)
    kept = hash_password(password)
    assert password_fits(password, kept)
    assert not password_fits(password + " ", kept)
    assert not password_fits(password, None)
    assert not password_fits(password, "no hash at all")


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\nb"])
def test_refused_names(name: str) -> None:
    with pytest.raises(PasswordRefused):
        check_name(name)


def test_a_form_carries_the_token_of_its_session() -> None:
    mine, other = new_token(), new_token()
    assert csrf_fits(mine, csrf_token(mine))
    assert not csrf_fits(mine, csrf_token(other))
    assert not csrf_fits(mine, "")
    assert not csrf_fits(mine, "名")

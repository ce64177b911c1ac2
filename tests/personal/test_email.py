from __future__ import annotations

import pytest

from keepwell.personal import REASONS, Email, Invalid, email


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ann@example.cn", "ann@example.cn"),
        (" Ann.Lee@Example.CN ", "ann.lee@example.cn"),
        ("ａｎｎ＠ｅｘａｍｐｌｅ．ｃｎ", "ann@example.cn"),
        ("ann@example。cn", "ann@example.cn"),
        ("mailto:ann@qq.com", "ann@qq.com"),
        ("Ann Lee <ann@qq.com>", "ann@qq.com"),
        ("123456789@qq.com", "123456789@qq.com"),
        ("ann+shop@gmail.com", "ann+shop@gmail.com"),
        ("wang@例子.中国", "wang@xn--fsqu00a.xn--fiqs8s"),
        ("wang@XN--FSQU00A.xn--fiqs8s", "wang@xn--fsqu00a.xn--fiqs8s"),
        ("王@例子.cn", "王@xn--fsqu00a.cn"),
        ("tester@testing.com", "tester@testing.com"),
    ],
)
def test_forms(text: str, address: str) -> None:
    assert email(text) == Email(address)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("无", "placeholder"),
        ("none", "placeholder"),
        ("N/A", "placeholder"),
        ("test@test", "placeholder"),
        ("test@test.com", "placeholder"),
        ("a@a.com", "placeholder"),
        ("123@123.com", "placeholder"),
        ("noemail@shop.cn", "placeholder"),
        ("ann@example.com", "placeholder"),
        ("ann@localhost", "placeholder"),
        ("a***@qq.com", "masked"),
        ("ann", "not_an_email"),
        ("ann@qq", "not_an_email"),
        ("ann@@qq.com", "not_an_email"),
        ("@qq.com", "not_an_email"),
        ("ann@", "not_an_email"),
        ("ann lee@qq.com", "not_an_email"),
        (".ann@qq.com", "not_an_email"),
        ("an..n@qq.com", "not_an_email"),
        ("ann@-qq.com", "not_an_email"),
        ("ann@qq..com", "not_an_email"),
        ("ann@127.0.0.1", "not_an_email"),
        (f"{'a' * 65}@qq.com", "not_an_email"),
        ("a" * 600, "too_long"),
    ],
)
def test_what_is_no_email(text: str, reason: str) -> None:
    assert email(text) == Invalid(reason)
    assert reason in REASONS

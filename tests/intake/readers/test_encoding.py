from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest

from keepwell.core.errors import InputRefused

if TYPE_CHECKING:
    from intake.readers.conftest import Read

CHINESE = "订单号,姓名,城市,备注\n" + "".join(
    f"{n},{name},{city},{note}\n"
    for n, (name, city, note) in enumerate(
        [
            ("张伟", "北京", "第一次购买"),
            ("王芳", "上海", "会员价"),
            ("李娜", "广州", "退货一件"),
            ("刘洋", "深圳", ""),
        ]
        * 20
    )
)
BIG5 = "訂單號,姓名,城市\n" + "1,陳怡君,臺北市信義區\n2,林志偉,高雄市\n3,黃淑芬,臺中市西屯區\n" * 20


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (CHINESE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + CHINESE.encode(), "utf-8"),
        (CHINESE.encode("gbk"), "gb18030"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (b"\x84\x31\x95\x33" + CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-16"),
        (CHINESE.encode("utf-16-le"), "utf-16-le"),
        (CHINESE.encode("utf-16-be"), "utf-16-be"),
        (CHINESE.encode("utf-32"), "utf-32"),
    ],
)
def test_chinese_files_are_read_as_they_come(read: Read, content: bytes, encoding: str) -> None:
    found = read(content)
    assert found.found.encoding == encoding
    assert found.columns == ("订单号", "姓名", "城市", "备注")
    assert found.rows[1] == {"订单号": "0", "姓名": "张伟", "城市": "北京", "备注": "第一次购买"}
    assert len(found.rows) == 80
    assert not found.broken


def test_rare_letters_of_gb18030(read: Read) -> None:
    """喆 is in GBK but not in GB 2312; 𠮷 takes four bytes."""
    content = read((CHINESE + "99,陈喆,北京,𠮷\n").encode("gb18030"))
    assert content.rows[81] == {"订单号": "99", "姓名": "陈喆", "城市": "北京", "备注": "𠮷"}


def test_big5_is_not_taken_for_gb18030(read: Read) -> None:
    content = read(BIG5.encode("big5"))
    assert content.found.encoding in ("big5", "big5hkscs", "cp950")
    assert content.rows[1]["姓名"] == "陳怡君"


def test_western_letters_are_not_taken_for_chinese(read: Read) -> None:
    text = "id,name,city\n" + "1,Société Générale,Besançon\n2,Jürgen Müller,Köln\n3,José Núñez,Málaga\n" * 20
    content = read(text.encode("cp1252"))
    assert content.rows[1]["city"] == "Besançon"
    assert content.rows[2]["name"] == "Jürgen Müller"


def test_chinese_far_behind_the_beginning_is_found(read: Read) -> None:
    text = "id,name\n" + "1,abcdefgh\n" * 200_000 + "2,张伟\n" * 50
    content = read(text.encode("gb18030"))
    assert content.found.encoding == "gb18030"
    assert content.rows[200_001]["name"] == "张伟"


def test_a_damaged_byte_breaks_its_row_alone(read: Read) -> None:
    content = read(CHINESE.encode().replace("退货".encode(), b"\xe9\x80", 1))
    assert content.found.encoding == "utf-8"
    assert content.reasons == {3: "undecodable"}
    assert content.broken[3].text == "2,李娜,广州,\ufffde9\ufffd80一件"
    assert len(content.rows) == 79


def test_a_damaged_byte_in_gb18030_leaves_the_line_whole(read: Read) -> None:
    content = read(CHINESE.encode("gb18030").replace("会员价\n".encode("gb18030"), b"\xff\n", 1))
    assert content.reasons == {2: "undecodable"}
    assert content.broken[2].text == "1,王芳,上海,\ufffdff"


def test_a_damaged_row_is_reported_whole_whatever_is_wanted(read: Read) -> None:
    content = read(CHINESE.encode().replace("退货".encode(), b"\xe9\x80", 1), wanted=["姓名"])
    assert content.broken[3].text.startswith("2,李娜,广州")
    assert content.rows[1] == {"姓名": "张伟"}


@pytest.mark.parametrize("asked", ["utf-8", "UTF8", "utf-8-sig", "gb18030", "GBK"])
def test_an_encoding_may_be_set(read: Read, asked: str) -> None:
    content = read(CHINESE.encode(asked), encoding=asked)
    assert content.rows[1]["姓名"] == "张伟"


def test_a_wrong_encoding_is_refused_with_a_hint(read: Read) -> None:
    with pytest.raises(InputRefused, match=r"wrong encoding: \d+ of the first \d+ rows .*set `encoding:`"):
        read(CHINESE.encode("gb18030"), encoding="utf-8")


@pytest.mark.parametrize("asked", ["klingon", "base64", "rot13"])
def test_an_unknown_encoding_is_refused(read: Read, asked: str) -> None:
    with pytest.raises(InputRefused, match="there is no encoding named"):
        read("a,b\n1,2\n", encoding=asked)

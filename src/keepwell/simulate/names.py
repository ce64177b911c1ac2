"""Names of people who do not exist: a common surname and common letters, put together by chance."""

from __future__ import annotations

import numpy as np

from keepwell.simulate.types import Texts

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN_FEMALE = "芳娜敏静丽娟艳秀英玲霞燕红梅莉萍云洁雪琳晶欣怡婷佳慧雅思雨梦琪"
GIVEN_MALE = "伟强磊军勇杰涛明超刚平辉鹏华飞健林峰斌波宇浩然子轩博文俊豪志"
FEMALE_SHARE, TWO_LETTERS_SHARE = 0.56, 0.7


def person_names(random: np.random.Generator, count: int) -> tuple[Texts, Texts]:
    """Names and genders (``女``, ``男``): common surnames before common letters, by chance alone."""
    # Commoner surnames come first in the list, as in the census.
    surname = (len(SURNAMES) * random.random(count) ** 1.7).astype(np.int64)
    is_female = random.random(count) < FEMALE_SHARE
    first, second = random.integers(0, 1 << 30, (2, count))
    has_second = random.random(count) < TWO_LETTERS_SHARE
    letters = [np.array(list(text), dtype=object) for text in (GIVEN_FEMALE, GIVEN_MALE)]
    female, male = (
        each[first % each.size] + np.where(has_second, each[second % each.size], "") for each in letters
    )
    names = np.array(list(SURNAMES), dtype=object)[surname] + np.where(is_female, female, male)
    return names, np.where(is_female, "女", "男").astype(object)

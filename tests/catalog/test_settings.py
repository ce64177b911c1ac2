"""keepwell.toml: what it says, and what a stranger reads about what it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from keepwell.catalog.settings import Settings, read_settings
from support.plans import SETTINGS


def wrong(text: str) -> list[str]:
    settings, problems = read_settings(text)
    assert settings is None
    return [str(problem) for problem in problems]


def test_everything_said() -> None:
    text = SETTINGS + (
        'languages = ["zh", "en"]\nrun_every = "15m"\nshift_weeks = 4\nrates = "rates.csv"\n'
        '[store]\nurl = "env:SHOP_STORE"\n[lake]\nengine = "duckdb"\nmemory_limit_mb = 2048\nthreads = 2\n'
        "[limits]\nline_mb = 1\n"
    )
    settings, problems = read_settings(text)
    assert not problems
    assert settings is not None
    assert settings.language == "zh"
    assert settings.run_every == timedelta(minutes=15)
    assert settings.zone.key == "Asia/Shanghai"
    assert settings.money.minor_per_major == 100
    assert (settings.store.url, settings.lake.threads, settings.limits.line_mb) == ("env:SHOP_STORE", 2, 1)


def test_what_holds_when_little_is_said() -> None:
    settings, _ = read_settings("\ufeff" + SETTINGS.replace("\n", "\r\n"))
    assert settings is not None
    assert settings.run_every is None
    assert settings.shift_weeks == 0
    assert settings.lake.engine == "duckdb"


def test_all_problems_with_their_lines() -> None:
    text = """\
format = 1
time_zone = "Asia/Shangai"
currency = "RMB"
languages = ["en", "fr"]
run_evry = "1h"
run_every = "soon"
rates = "x.csv"
[store]
url = "mysql://x"
[lake]
engine = "sparkk"
memory_limit_mb = 1
[limits]
file_md = 3
"""
    assert sorted(wrong(text)) == sorted(
        [
            "keepwell.toml:1: name: this is missing",
            "keepwell.toml:2: time_zone: there is no time zone `Asia/Shangai`; did you mean `Asia/Shanghai`?",
            "keepwell.toml:3: currency: there is no currency `RMB`; did you mean `CNY`?",
            "keepwell.toml:4: languages[2]: this must be en or zh; found `fr`",
            "keepwell.toml:5: run_evry: there is no such key (did you mean `run_every`?)",
            "keepwell.toml:6: run_every: write a time such as `15m`, `1h` or `1d`",
            "keepwell.toml:7: rates: this must be rates.csv; found `x.csv`",
            "keepwell.toml:9: store.url: a store is `sqlite:///PATH`, `postgresql://…` or `env:NAME`",
            "keepwell.toml:11: lake.engine: this must be duckdb or spark; found `sparkk` (did you mean `spark`?)",
            "keepwell.toml:12: lake.memory_limit_mb: this must be at least 128",
            "keepwell.toml:14: limits.file_md: there is no such key (did you mean `file_mb`?)",
        ]
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "format = 2",
            (
                "the plan has format 2; this Keepwell reads format 1 "
                "(it was made by a newer Keepwell: install that one)"
            ),
        ),
        ("format = 0", "the plan has format 0; this Keepwell reads format 1 (run `keepwell upgrade`)"),
        ('format = "1"', "the format is a whole number (write `format = 1`)"),
        ("format = true", "the format is a whole number (write `format = 1`)"),
    ],
)
def test_another_format(line: str, sentence: str) -> None:
    assert wrong(SETTINGS.replace("format = 1", line)) == [f"keepwell.toml:1: {sentence}"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("format = 1\nname = Test\n", "keepwell.toml:2:8: this is not TOML: invalid value"),
        ("format = 1\nname = 'a", 'keepwell.toml:2: this is not TOML: expected "\'"'),
        (SETTINGS + 'name = "x"\n', "keepwell.toml:5:11: this is not TOML: cannot overwrite a value"),
    ],
)
def test_no_toml(text: str, sentence: str) -> None:
    assert wrong(text) == [f'{sentence} (a line reads `key = "text"`, `key = 12` or `[section]`)']


def test_nested_beyond_reason() -> None:
    assert wrong("a = " + "[" * 5_000 + "]" * 5_000) == ["keepwell.toml: this is nested too deeply"]


@pytest.mark.parametrize(
    "master",
    ["local", "local[4]", "local[*]", "spark://10.0.0.5:7077", "spark://one:7077,two:7077"],
)
def test_spark_and_its_master(master: str) -> None:
    settings, problems = read_settings(f'{SETTINGS}[lake]\nengine = "spark"\nmaster = "{master}"\n')
    assert problems == []
    assert settings is not None
    assert settings.lake.master == master


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            'engine = "spark"',
            'keepwell.toml:5: lake: Spark needs `master`, such as `master = "spark://host:7077"`',
        ),
        ('master = "local[2]"', 'keepwell.toml:5: lake: `master` is for `engine = "spark"` alone'),
        *(
            (
                f'engine = "spark"\nmaster = "{master}"',
                "keepwell.toml:7: lake.master: a master is `spark://HOST:PORT`, `local[CORES]` or `local[*]`",
            )
            for master in ("", "yarn", "local[0]", "spark://host", "spark://a b:1", "http://host:8080")
        ),
    ],
)
def test_a_wrong_master(lines: str, sentence: str) -> None:
    assert wrong(f"{SETTINGS}[lake]\n{lines}\n") == [sentence]


@pytest.mark.parametrize("url", ["postgresql://u:hush@host/db", "postgresql://u@host/db?password=hush"])
def test_a_password_is_refused_and_not_repeated(url: str) -> None:
    (sentence,) = wrong(f'{SETTINGS}[store]\nurl = "{url}"\n')
    assert "hush" not in sentence
    assert sentence == (
        "keepwell.toml:6: store.url: a password must not stand in this file, which is published and shared; "
        'put the whole address into an environment variable and write `url = "env:KEEPWELL_STORE"`'
    )


@pytest.mark.parametrize(
    "url",
    ["sqlite:///data/store.db", "postgresql://host/db", "postgresql+psycopg://u@host:5432/db", "env:A_B"],
)
def test_addresses_that_are_well(url: str) -> None:
    settings, problems = read_settings(f'{SETTINGS}[store]\nurl = "{url}"\n')
    assert not problems
    assert settings is not None
    assert settings.store.url == url


@pytest.mark.parametrize("zone", ["Asia/Beijing", "Asia/Bejing", "Beijing", "UTC+8"])
def test_what_china_calls_its_zone(zone: str) -> None:
    assert wrong(SETTINGS.replace("Asia/Shanghai", zone)) == [
        f"keepwell.toml:3: time_zone: there is no time zone `{zone}`; did you mean `Asia/Shanghai`?"
    ]


def test_every_key_is_described() -> None:
    schema = Settings.model_json_schema()
    shapes = [schema, *schema["$defs"].values()]
    assert [
        key for shape in shapes for key, value in shape["properties"].items() if "description" not in value
    ] == []

"""What YAML may hold, where its values stand, and what a stranger reads about the rest."""

from __future__ import annotations

import time

import pytest

from keepwell.catalog.yaml import MAX_CHARACTERS, Place, plain_value, read_documents


def refused(text: str) -> str:
    _, problems = read_documents("a.yml", text)
    assert len(problems) == 1
    return str(problems[0])


def test_several_documents_with_lines() -> None:
    documents, problems = read_documents("a.yml", "# first\na: 1\n---\n\nb: [x, y]\n---\n# empty\n---\nc:\n")
    assert not problems
    assert [(document.line, document.body) for document in documents] == [
        (2, {"a": 1}),
        (5, {"b": ["x", "y"]}),
        (9, {"c": None}),
    ]
    assert documents[1].place(("b", 1)) == Place(5, 8)
    assert documents[1].place(("b", 7, "z")) == Place(5, 1), "the nearest parent of what is not there"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"), ("no", "no"), ("yes", "yes"), ("off", "off"), ("y", "y"),
        ("true", True), ("False", False), ("~", None), ("null", None),
        ("12", 12), ("-3", -3), ("1.5", 1.5), ("012", 12), ("0x1F", "0x1F"), ("1_000", "1_000"),
        ("2025-01-31", "2025-01-31"), ("12:30", "12:30"), (".nan", ".nan"),
        ("9" * 19, "9" * 19), ("1e999", "1e999"), ("9" * 5_000, "9" * 5_000),
    ],
)  # fmt: skip
def test_plain_values_are_those_of_yaml_1_2(text: str, value: object) -> None:
    found = plain_value(text)
    assert (found, type(found)) == (value, type(value))


def test_quoted_values_are_text() -> None:
    documents, _ = read_documents("a.yml", "a: 'true'\nb: \"12\"\nc: |\n  5\n")
    assert documents[0].body == {"a": "true", "b": "12", "c": "5\n"}


@pytest.mark.parametrize(
    ("yaml", "place"),
    [
        ("w: aa BAD bb\n", (1, 7)),
        ("w: 'aa BAD bb'\n", (1, 8)),
        ("w: >\n  aa\n  BAD bb\n", (3, 3)),
        ("w: >-\n    aa\n      BAD bb\n", (3, 7)),
        ("w: |\n  aa\n\n  BAD bb\n", (4, 3)),
        ("w: aa\n    BAD bb\n", (2, 5)),
        ("x:\n  - w: aa BAD\n", (2, 11)),
        ('w: "a\\x61 BAD"\n', (1, 5)),  # escapes are not followed: the beginning of the text
    ],
)
def test_places_inside_a_text(yaml: str, place: tuple[int, int]) -> None:
    documents, _ = read_documents("a.yml", yaml)
    path = ("x", 0, "w") if yaml.startswith("x") else ("w",)
    value = documents[0].value_at(path)
    assert isinstance(value, str)
    found = documents[0].place_inside(path, value.index("BAD"))
    assert (found.line, found.column) == place


@pytest.mark.parametrize(
    ("yaml", "sentence"),
    [
        ("a: &x 1\nb: *x\n", "a.yml:1:4: an anchor (&) is not used here (write the value out, or quote it)"),
        ("a: *x\n", "a.yml:1:4: an alias (*) is not used here (write the value out, or quote it)"),
        ("a: 1\nb: 2\na: 3\n", "a.yml:3:1: the key `a` stands here twice (first on line 1)"),
        ("a: !!python/object x\n", "a.yml:1:4: a tag (!) is not used here (remove it, or quote the text)"),
        ("%YAML 1.1\n---\na: 1\n", "a.yml:2:1: directives such as %YAML are not used here (remove the line)"),
        ("? [a, b]\n: c\n", "a.yml:1:3: a key is a word, not a list or a mapping"),
        ("a: " + "[" * 25 + "]" * 25, "a.yml:1:24: this is nested more than 20 deep"),
        (
            "- a\n- b\n",
            (
                "a.yml:1:1: a document holds keys and values "
                "(begin with the kind and the name, such as `measure: orders_90d`)"
            ),
        ),
        (
            "a:\n\tb: c\n",
            (
                "a.yml:2:1: this is not YAML: a line cannot begin with a tab "
                "(lines are indented with spaces, and this one has a tab)"
            ),
        ),
        (
            "measure: x\n  of: order\n",
            (
                "a.yml:2:5: this is not YAML: a `:` stands where no key can be "
                "(a line reads `key: value` or `- item`, and what belongs together is indented alike)"
            ),
        ),
        (
            "about: so: it: is\n",
            (
                "a.yml:1:10: this is not YAML: a `:` stands where no key can be "
                "(a text that holds `: ` must be quoted, or stand on the lines after `key: >`)"
            ),
        ),
        (
            "where: {a} b\n",
            (
                "a.yml:1:12: this is not YAML: this does not belong to what stands above it "
                "(a text that begins with a sign such as % @ { [ must be quoted)"
            ),
        ),
        (
            "where: %5\n",
            (
                "a.yml:1:8: this is not YAML: a text cannot begin with `%` "
                "(a text that begins with a sign such as % @ { [ must be quoted)"
            ),
        ),
        (
            "a: 'one\nb: two\n",
            (
                "a.yml:1:4: this is not YAML: what begins here is never closed "
                "(close the quote or bracket on the same line)"
            ),
        ),
        (
            "a: {b: c\n",
            (
                "a.yml:1:4: this is not YAML: what begins here is never closed "
                "(close the quote or bracket on the same line)"
            ),
        ),
        ("a: x\x07\n", "a.yml:1: this line has a character that is no text (remove it)"),
    ],
)
def test_what_is_refused(yaml: str, sentence: str) -> None:
    assert refused(yaml) == sentence


def test_a_file_that_would_explode_is_refused_at_once() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9)
    )
    start = time.perf_counter()
    assert "an anchor (&) is not used here" in refused(bomb)
    assert time.perf_counter() - start < 1


def test_a_file_that_is_too_large_is_not_even_begun() -> None:
    start = time.perf_counter()
    assert refused("a" * (MAX_CHARACTERS + 1)) == "a.yml:1: the file has more than 1,000,000 characters"
    assert time.perf_counter() - start < 0.5


def test_a_thousand_documents_and_no_more() -> None:
    assert "a.yml:2001:1: the file has more than 1,000 documents" in refused("---\na: 1\n" * 1_001)


def test_twenty_thousand_keys_and_values_and_no_more() -> None:
    assert "the file has more than 20,000 keys and values" in refused("- a\n" * 20_001)


def test_documents_before_the_error_are_kept() -> None:
    documents, problems = read_documents("a.yml", "a: 1\n---\nb: *x\n")
    assert [document.body for document in documents] == [{"a": 1}]
    assert len(problems) == 1


def test_a_byte_order_mark_is_no_character() -> None:
    documents, problems = read_documents("a.yml", "\ufeffa: b\n")
    assert not problems
    assert documents[0].body == {"a": "b"}

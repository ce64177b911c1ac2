"""Which encoding a text file is in, and its content as UTF-8, nothing written to disk on the way."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import charset_normalizer

from keepwell.intake.readers.header import refuse
from keepwell.intake.readers.limits import MIB
from keepwell.intake.readers.source_file import Fingerprint, SourceFile

MARKED = re.compile("\ufffd[0-9a-f]{2}")
"""What stands for a byte that could not be decoded: U+FFFD and the byte in hex."""

_ERRORS = "keepwell-mark"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_SAMPLE_BYTES = 256 * 1024
_GUESS_BYTES = 64 * 1024
_HINT = "set `encoding:` in the source, for instance utf-8, gb18030, big5 or cp1252"


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(f"\ufffd{byte:02x}" for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_ERRORS, _mark)


def find_encoding(file: SourceFile, known: Fingerprint, asked: str | None) -> str:
    """The codec's name: what was asked for, else by byte-order mark, else found. Raises InputRefused.

    UTF-8 if the whole content is, or all but a little of it around its first error; then GB18030 if what it
    gives is everyday Chinese; then what charset-normalizer says.
    """
    if asked is not None:
        return _checked(asked, file)
    head = file.sample(0, _SAMPLE_BYTES)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if utf16 := _bare_utf16(head):
        return utf16
    if known.utf8_error_at is None:
        return "utf-8"
    sample = file.sample(max(0, known.utf8_error_at - _SAMPLE_BYTES // 4), _SAMPLE_BYTES)
    sample = sample[_start_of_line(sample, known.utf8_error_at) :]
    if _is_mostly_utf8(sample):
        return "utf-8"
    if _is_everyday_chinese(sample):
        return "gb18030"
    guess = charset_normalizer.from_bytes(sample[:_GUESS_BYTES]).best()
    if guess is None:
        raise refuse(file.path, "its encoding cannot be found out", hint=_HINT)
    return codecs.lookup(guess.encoding).name


def _checked(name: str, file: SourceFile) -> str:
    try:
        found = codecs.lookup(name)
        # A codec that is no text encoding (base64, rot13) has no place here.
        "".encode(found.name)
    except LookupError as error:
        raise refuse(file.path, f"there is no encoding named `{name}`", hint=_HINT) from error
    return found.name.removesuffix("-sig")


def _start_of_line(sample: bytes, error_at: int) -> int:
    """Where the first whole line of a sample from the middle starts, so that no character is cut."""
    return sample.find(b"\n") + 1 if error_at > _SAMPLE_BYTES // 4 else 0


def _bare_utf16(head: bytes) -> str | None:
    """UTF-16 without its mark, told by the NULs of ASCII letters, delimiters and line ends."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd < max(8, len(head) // 200):
        return None
    if odd > 20 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 20 * odd else None


def _is_mostly_utf8(sample: bytes) -> bool:
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    wrong = text.count("\ufffd")
    return len([letter for letter in text if letter > "\x7f"]) - wrong > 20 * wrong


def _is_everyday_chinese(sample: bytes) -> bool:
    """Whether GB18030 decodes it, and mostly to letters of the small set GB 2312: chance gives others."""
    text = codecs.getincrementaldecoder("gb18030")("replace").decode(sample)
    letters = [letter for letter in text if letter > "\x7f"]
    everyday = len("".join(letters).encode("gb2312", "ignore")) // 2
    return bool(letters) and everyday >= 0.7 * len(letters)


def utf8_blocks(file: SourceFile, encoding: str, *, is_clean: bool) -> Iterator[bytes]:
    """The content as UTF-8 without byte-order mark; what cannot be decoded, and NUL, becomes MARKED.

    ``is_clean`` says that it is UTF-8 without NUL already: then the bytes pass untouched.
    """
    blocks = file.blocks() if is_clean else _transcoded(file, encoding)
    first = next(blocks, b"")
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from blocks


def _transcoded(file: SourceFile, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(_ERRORS)
    for block in file.blocks():
        if text := decoder.decode(block):
            yield text.replace("\0", "\ufffd00").encode()
    if text := decoder.decode(b"", final=True):
        yield text.encode()


def head_text(blocks: Iterator[bytes], file: SourceFile, encoding: str) -> str:
    """About the first MiB, in whole lines. Refused if the encoding is plainly wrong for its first rows."""
    parts: list[bytes] = []
    size = 0
    for block in blocks:
        parts.append(block)
        size += len(block)
        if size >= MIB:
            break
    text = b"".join(parts).decode(errors="ignore")
    lines = text.split("\n", 10_000)[:10_000]
    marked = sum(1 for line in lines if MARKED.search(line))
    # A single damaged row is no evidence against the encoding, however short the file.
    if marked > 1 and marked > len(lines) / 100:
        what = f"wrong encoding: {marked} of the first {len(lines)} rows are not {encoding}"
        raise refuse(file.path, what, hint=_HINT)
    return text

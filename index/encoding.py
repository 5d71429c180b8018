"""Tells the encoding of bytes and whether a text is English."""

import re
from contextlib import suppress

SAMPLE = 200_000  # bytes from which an encoding is told
ENOUGH = 20  # words that tell a language
DECLARED = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)")  # <meta charset="windows-1251">

MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")

ENGLISH = re.compile(  # words frequent in English and rare in other languages
    r"the|and|of|that|with|from|which|were|their|been|would|they|this|his|who|when|about|after|said|ha[sd]|have|its?|are"
    r"|not|s?he|you|my|what|but|there|than|more|also"
)


def decode(content: bytes) -> str:
    """The text of bytes: by their mark, as UTF-8, as an HTML page declares, else as guessed; lines
    end in \\n."""
    try:
        text = content.decode(encoding_of(content))
    except (UnicodeError, LookupError) as error:
        raise ValueError(f"its encoding is not recognised ({error}); save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def encoding_of(content: bytes) -> str:
    """Its name for `bytes.decode`; raises ValueError when the bytes are binary, broken UTF-8 or of
    no known encoding."""
    for mark, name in MARKS.items():
        if content.startswith(mark):
            return name
    unmarked = _two_bytes(content[:SAMPLE])
    if unmarked:
        return unmarked
    controls = CONTROL.findall(content[:SAMPLE])
    if b"\0" in content or len(controls) * 200 > len(content):
        raise ValueError("is binary, not text; give it the suffix of what it is")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        text = content.decode(errors="replace")
        wrong = text.count("\ufffd")
        if len(text) - len(text.encode("ascii", "ignore")) > 2 * wrong:
            reason = f"is not valid UTF-8 at byte {error.start:,}"
            raise ValueError(f"{reason}; save it as UTF-8") from None
        if declared := DECLARED.search(content[:4096]):
            return declared[1].decode("ascii", "ignore")
        return _guess(content)
    return "utf-8"


def _two_bytes(sample: bytes) -> str | None:
    """UTF-16 without a mark, in which every second byte of Latin letters is zero and none of the
    others."""
    for name, zeros, others in (("utf-16-be", 0, 1), ("utf-16-le", 1, 0)):
        wide = 2 * sample[zeros::2].count(0) > len(sample[zeros::2])
        if wide and not sample[others::2].count(0):
            text = sample[: len(sample) // 2 * 2].decode(name, "replace")
            printed = all(char.isprintable() or char.isspace() for char in text)
            return name if printed else None
    return None


def guessed(content: bytes) -> str | None:
    """The name of an encoding that only the letters tell, and not those of a plainly English text;
    else None."""
    try:
        content.decode()
        return None
    except UnicodeDecodeError:
        name = encoding_of(content)
    if name.startswith("utf") or DECLARED.search(content[:4096]):
        return None
    text = content.decode(name, "replace")
    return None if len(text.split()) >= ENOUGH and is_english(text) else name


def _guess(content: bytes) -> str:
    with suppress(UnicodeDecodeError):
        western = content.decode("windows-1252")
        letters = [char for char in western if char.isalpha()]
        mostly = 2 * sum(map(str.isascii, letters)) >= len(letters)  # "Привет" has none
        if mostly and is_english(western):
            return "windows-1252"  # the guess below prefers Central European
    from charset_normalizer import from_bytes

    best = from_bytes(content[:SAMPLE]).best()
    if best is None:
        raise ValueError("its encoding is not recognised; save it as UTF-8")
    return best.encoding


def is_english(text: str) -> bool:
    """Whether a text reads as English, or is too short to tell. 99 % of 6,437 English paragraphs
    do, no other language did."""
    words = re.findall(r"[^\W\d_]+", text[:5000].lower())
    if len(words) < ENOUGH and sum(map(len, words)) < 100:
        return True
    return sum(map(bool, map(ENGLISH.fullmatch, words))) >= 0.08 * len(words)

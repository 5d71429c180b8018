"""A claim may hold no link, address or markup that its source sentence lacks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.checking.addresses import followed, foreign
from qa.checking.verify import Verifier
from qa.reading.premise import Source

SOURCE = "The harbour of Dover opened at 5 p.m. on Monday, the U.S.-led group said."
ADDED = [
    "https://evil.example/a?b=c",
    "http://10.0.0.7/x",
    "//evil.example/a",
    "javascript:alert(1)",
    "mailto:mayor@evil.example",
    "data:text/html,x",
    "mayor@evil.example",
    "mayor@localhost",
    "evil.com",
    "www.evil.co.uk",
    "EVIL.COM",
    "evil．com",
    "evil。com",
    "ｅｖｉｌ.com",
    "bücher.example",
    "evil.xn--p1ai",
    "evil.рф",
    "evil.com:8080",
    "evil.com/path",
    "192.168.0.1",
    "fe80::1",
    "::ffff:10.0.0.1",
    "[here](evil)",
    "![](x)",
    "[here][1]",
    "<b>here</b>",
    "<img src=x onerror=y",
    "<!-- here -->",
    "＜b＞",
    "&lt;b&gt;",
    "&#60;",
    "&#60",
    "&#x3c",
]
PLAIN = [
    "5 p.m.",
    "9.30am",
    "$3.5bn",
    "1,000.50",
    "the U.S.-led group",
    "No. 10",
    "a 3:2 win",
    "AT&T and R&D",
    "10:30:15",
    "Mr. J. D. Vance",
    "e.g. this",
    "2 < 3 > 1",
    "*so*",
    "and/or",
    "said: yes",
    "@dover",
    "3/4",
    "[sic]",
    "he said…",
    "C++",
]


@pytest.mark.parametrize("added", ADDED)
@pytest.mark.parametrize("form", ["{}", "({}).", "“{}”,", "*{}*", "see {}; then"])
def test_what_the_source_lacks_is_refused(added: str, form: str) -> None:
    written = form.format(added)
    claim = f"The harbour of Dover opened on Monday {written}"
    verifier = Verifier(lambda pairs: np.full((len(pairs), 2), 9.0, np.float32), (1.0, 0.0))
    (verdict,) = verifier.verdicts(claim, [[Source(SOURCE)]])
    assert (verdict.support, verdict.probability) == ("unsupported", 0.0)
    assert "link, address or markup" in (verdict.reason or "")
    assert foreign(claim, [f"{SOURCE} It said {written}"]) is None


@pytest.mark.parametrize("written", PLAIN)
def test_plain_writing_is_none_of_it(written: str) -> None:
    assert followed(f"The group {written} opened the harbour.") == set()


@given(st.text(max_size=200) | st.text(".:/@<>[]()&;#a1。", max_size=200))
@settings(deadline=None, max_examples=100)
def test_a_text_has_nothing_that_it_lacks_itself(text: str) -> None:
    assert foreign(text, [text]) is None


@pytest.mark.parametrize("unit", ["a.", "<a", "[a]", "a:", "@", "&a", "a@", "http://", "::", "1."])
def test_long_runs_end(unit: str) -> None:
    followed(unit * 4_000)

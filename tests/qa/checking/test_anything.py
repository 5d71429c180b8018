"""No text of an article, a question or a date can raise: dates and numbers of any size and
script."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.checking.dates import resolve
from qa.checking.facts import facts, missing, plain

PIECES = st.lists(
    st.sampled_from(
        "Monday today yesterday tomorrow last-night in-January next-year last-month 31-February 12-May 3-days-ago born 1,000 ,000"
        ' million 0.5 % $ € half of two-thirds 99:99 5-p.m. May 2025 -1 ½ "quote" “ ” ’ 中文 ١٢٣ ９９ \u200b \n'.split(
            " "
        )
    ),
    max_size=25,
).map(lambda words: " ".join(words).replace("-", " "))
DATES = st.one_of(st.none(), st.dates().map(str), st.sampled_from(["0001-01-01", "9999-12-31"]))


@given(PIECES | st.text(max_size=200), PIECES | st.text(max_size=200), DATES)
@example("1" + ",000" * 100, "9" * 400, "0001-01-01")
@example("1." + "0" * 400 + " million", "1" + "0" * 400 + "th of May", "9999-12-31")
@example("On Monday, yesterday, last year, in January, tomorrow, next year.", "today", "0001-01-01")
@example("On Monday, yesterday, last year, in January, tomorrow, next year.", "today", "9999-12-31")
@settings(max_examples=150, deadline=None)
def test_nothing_raises(claim: str, source: str, published: str | None) -> None:
    for side in ("ahead", "behind", "day", "open"):
        (resolved,) = resolve([(source, published)], lambda places, side=side: [side] * len(places))
        for one in resolved:
            assert source[one.start : one.end] == one.text
        missing(facts(plain(claim)), plain(source), plain(claim), published, resolved)

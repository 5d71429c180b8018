"""Folding: what models and search see of a text with characters that nobody sees, and the way back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.folding import fold, mapped

UNSEEN = ("\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u202a", "\ufe0f", "\u034f")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("gov\u00adern\u00adment", "government"),
        ("govern\u00ad\nment", "government"),
        ("a \u00ad\n\nb", "a \n\nb"),
        ("co\ufb03n o\ufb03ce \ufb02ood \ufb01re", "coffin office flood fire"),
        ("Ｌａｖｒｏｖ（６８）", "Lavrov(68)"),
        ("zero\u200bwidth \ufeffmark", "zerowidth mark"),
        ("𝐛𝐨𝐥𝐝 Ⅳ №", "bold IV No"),
        ("10⁹ 4½ H₂O ① “said” — 5 €…", "10⁹ 4½ H₂O ① “said” — 5 €…"),
        ("Zażółć café Ångström", "Zażółć café Ångström"),
        ("", ""),
    ],
)
def test_a_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.sampled_from(UNSEEN))))
@settings(deadline=None)
def test_what_nobody_sees_changes_nothing_and_every_place_has_its_way_back(
    text: str, hidden: list[tuple[int, str]]
) -> None:
    plain = fold(text)
    full = text
    for at, char in hidden:
        full = full[:at] + char + full[at:]
    found = mapped(full)
    if not any(char.isspace() for char in text):  # a soft hyphen before a line end joins
        assert found.text == plain
    for at in range(len(found.text)):
        start, end = found.original(at, at + 1)
        assert end == start + 1
        assert found.text[at] in fold(full[start:end])
    spans = [found.original(0, at)[1] for at in range(1, len(found.text) + 1)]
    assert spans == sorted(spans)

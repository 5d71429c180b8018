"""Questions to ask next, from the names in the evidence that the question has not used up."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from index.records import Article
from qa.records import Answer
from ui import texts

_NAME = re.compile(
    r"(?<!\w)(?!(?:The|A|An|In|On|At|But|And|When|After|Before|For|If|As) )[A-Z][\w-]+(?: [A-Z][\w-]+){1,3}\b"
)
_SPEECH = r" (?:said|says|told|added|warned|announced|argued|wrote)\b"


def _names(texts_: Iterable[str]) -> list[str]:
    """Names of two words, the most frequent first; of a longer run the last two, which leaves titles out."""
    names = Counter(" ".join(m.group().split()[-2:]) for t in texts_ for m in _NAME.finditer(t))
    return [name for name, _ in names.most_common()]


def follow_ups(answer: Answer, limit: int = 3) -> list[str]:
    """Up to `limit` questions, the most often named first; none from a refusal, whose evidence is beside the point."""
    if answer.status == "no_answer":
        return []
    seen = set(re.findall(r"\w+", f"{answer.question} {answer.standalone_question}".lower()))
    text = " ".join(e.text for e in answer.evidence)
    asked: list[str] = []
    for name in _names(e.text for e in answer.evidence):
        words = set(name.lower().split())
        if not words & seen and len(asked) < limit:
            asked.append(_question(name, text))
            seen |= words
    return asked


def _question(name: str, text: str) -> str:
    name = f"the {name}" if f"he {name}" in text else name
    speaks = re.search(re.escape(name.rsplit(maxsplit=1)[-1]) + _SPEECH, text)
    return (texts.ASK_SAID if speaks else texts.ASK_ABOUT).format(name)


def examples(articles: Sequence[Article], limit: int = 4) -> list[str]:
    """Questions for an empty conversation, about the names that the articles have most often."""
    text = "\n".join(a.text for a in articles)
    return [_question(name, text) for name in _names(a.text for a in articles)[:limit]]

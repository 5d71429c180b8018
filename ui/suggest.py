"""Questions made from an article's own sentences, by turning one around; whether they are answered
is for `offers` to see.

Only the shape of a sentence is used: a name before its verb, an auxiliary to put in front, a date
or a reason to ask for."""

import re
from calendar import day_name, month_name
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index.records import Article
from index.sentences import split
from qa.questions.phrases import BE, CLOSED, MODAL, phrases_of
from qa.questions.topics import POSSESSIVE, PRONOUN
from qa.reading.choose import asked as stems_asked
from qa.records import Answer
from qa.words import PAST

LONGEST, SHORTEST = 14, 5  # words of a question
SUBJECT = 5  # words before the verb
NEXT = 3  # questions offered after an answer
INSTEAD = 2  # questions offered after a refusal
_DAY = "|".join([*day_name, *month_name[1:]])
_AUXILIARY = "|".join(sorted(BE | MODAL))
# "His adviser Yuri Ushakov added that": the subject, what it did
_DID = re.compile(rf"((?:[\w'-]+ ){{1,{SUBJECT}}}?)((?:{PAST}|[a-z]+ed) .+)")
# "Donald Trump has not decided": a name, an auxiliary
_NAMED = re.compile(rf"((?:[A-Z][\w'-]+ ){{2,4}})((?:{_AUXILIARY}) .+)")
# "57 people were": a number, what it counts
_COUNTED = re.compile(r"(\d[\d,]*) ([a-z].+)")
# "The summit will take place on 20 October": the subject, the auxiliary, the rest
_HELPED = re.compile(rf"(.+?) ({_AUXILIARY}) (.+)")
_ADJUNCTS = {  # what such a question asks for, and how a sentence says it
    "Why": re.compile(r",? (because .+)"),
    # "on Thursday", "in October 2025", "on 20 October"
    "When": re.compile(
        rf",? ((?:on|in) (?:\d{{1,2}} )?(?:{_DAY})\b(?: \d{{1,2}})?(?:,? \d{{4}})?)"
    ),
    # "in Budapest" at the end
    "Where": re.compile(rf" (in (?!{_DAY})[A-Z]\w+)$"),
}


@dataclass(frozen=True)
class Offer:
    """A question, the article and the sentence it was made from, and the words that answer it."""

    question: str
    article_id: str
    sentence: str
    words: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def answered(self, answer: Answer) -> bool:
        """Whether this answer is the one: the sentence first, and in it the words."""
        short = answer.short_answer
        if answer.status != "answered" or not answer.citations or short is None:
            return False
        first = answer.citations[0].text == self.sentence
        return first and (short.text in self.words or self.words in short.text)


def made(article: Article) -> Iterator[Offer]:
    """The questions that an article's sentences can be turned into, in the article's order."""
    for sentence in split(article.text):
        text = " ".join(sentence.text.split())
        if text.endswith("."):
            for question, words in _turned(text[:-1]):
                if _reads_well(question):
                    yield Offer(question, article.id, sentence.text, words.strip())


def _reads_well(question: str) -> bool:
    """Short, whole, and clear by itself: it names somebody or something, not only "the idea"."""
    words = question.split()
    if not SHORTEST <= len(words) <= LONGEST or re.search(r"[“”:;()]", question):
        return False
    points = not question.startswith("Who") and {*words} & {*PRONOUN, *POSSESSIVE}
    if question.count('"') % 2 or points:
        return False
    return any(phrase.name for phrase in phrases_of(question))


def _turned(text: str) -> Iterator[tuple[str, str]]:
    """Questions for one sentence without its full stop, each with the words it asks for."""
    if counted := _COUNTED.fullmatch(text):
        yield f"How many {counted[2].split(', ')[0]}?", counted[1]
    did = _NAMED.fullmatch(text) or _DID.fullmatch(text)
    passive = did and BE & {*did[1].split()}  # "The Ostend harbour was closed": nobody did it
    if did and not passive and re.search(r"[A-Z]", did[1][1:]):
        yield f"Who {did[2].split(', ')[0]}?", did[1]
    helped = _HELPED.fullmatch(text)
    if not helped or not _subject(helped[1]):
        return
    subject, auxiliary, rest = helped.groups()
    first = subject.split()[0]
    if first.lower() in CLOSED:
        subject = first.lower() + subject[len(first) :]
    for asks, pattern in _ADJUNCTS.items():
        adjuncts = list(pattern.finditer(rest))
        if len(adjuncts) == 1:
            left = rest[: adjuncts[0].start()] + rest[adjuncts[0].end() :]
            yield f"{asks} {auxiliary} {subject} {left}?", adjuncts[0][1]


def _subject(text: str) -> bool:
    """Whether it can stand between auxiliary and verb, and says by itself who or what is meant."""
    words = text.split()
    if not words[0][0].isupper() or "," in text or len(words) > SUBJECT:
        return False
    determined = words[0] in ("The", "A", "An") and len(words) > 1
    return determined or words[0].lower() not in CLOSED


def follow_ups(answer: Answer, offers: Sequence[Offer], asked: Sequence[str] = ()) -> list[str]:
    """Up to NEXT questions from the articles that an answer looked at; none from a refusal, whose
    evidence is beside the point, and none that was `asked` or whose sentence stands in the
    answer."""
    if answer.status == "no_answer":
        return []
    told = {cited.text for cited in answer.citations}
    near = _near(answer, offers, asked)
    return [offer.question for offer in near if offer.sentence not in told][:NEXT]


def instead(answer: Answer, offers: Sequence[Offer], asked: Sequence[str] = ()) -> list[str]:
    """Up to INSTEAD questions that the articles nearest to a refused one do answer, those first
    that share most of its words; one that shares none is no other way to ask it."""
    if answer.status != "no_answer":
        return []
    wanted = stems_asked(answer.standalone_question)
    shared = {
        offer.question: len(wanted & stems_asked(offer.question))
        for offer in _near(answer, offers, asked)
    }
    likest = sorted(shared, key=lambda question: -shared[question])
    return [question for question in likest if shared[question]][:INSTEAD]


def _near(answer: Answer, offers: Sequence[Offer], asked: Sequence[str]) -> list[Offer]:
    """The offers of the articles that were looked at, without what was asked already."""
    looked_at = {seen.article_id for seen in answer.evidence}
    known = (answer.question, *asked)
    return [
        offer for offer in offers if offer.article_id in looked_at and offer.question not in known
    ]

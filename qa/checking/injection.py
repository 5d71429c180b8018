"""Tells sentences that may be put forward from headings, bylines, bare questions and text written
for a model's prompt.

Only exact things count as written for a prompt: control tokens of chat templates, the tags of our
own prompts, and letters that nobody sees. What a sentence means is not judged: an order to an
assistant that is written in plain words is data like the rest, shown between escaped tags and
quoted as what the article says. A citation's number that an article forges is rewritten in the
prompt and needs no rule, for notes look the same.
"""

import re

from index.byline import byline
from index.records import Article, Sentence

HEADING = 8  # words of a heading that nothing marks as one

SPECIAL_TOKEN = re.compile(r"<[|｜][\w▁]{1,40}[|｜]>")  # <|im_start|>, <｜end▁of▁sentence｜>
TURN_TOKEN = re.compile(r"<(?:start|end)_of_turn>|<</?SYS>>|\[/?(?:INST|SYSTEM_PROMPT)\]")  # [INST]
OUR_TAG = re.compile(r"</?(?:articles|question)>", re.IGNORECASE)  # </articles>
TAG_LETTERS = (
    re.compile(  # "Closed." and then an order in U+E0020 to U+E007E; in 🏴󠁧󠁢󠁥󠁮󠁧󠁿 they name a flag
        "(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0020-\U000e007e]"
    )
)
PROMPT_MARKUP = (SPECIAL_TOKEN, TURN_TOKEN, OUR_TAG, TAG_LETTERS)

QUOTATION = re.compile(  # “Who will replace him?” she asked; its opening may be in another sentence
    r"^[^“”\"]*[”\"]\W*$|[“\"][^”\"]*(?:[”\"]|$)|(?<!\w)[‘'][^’'\n]+[’'](?!\w)"
)
FIGURE = re.compile(r"[\d:]")  # Toll: 12
CONTINUED = re.compile(r"\s*[a-z\d]")  # the line below goes on with "2 helps."


def instruction(sentence: str) -> bool:
    """Does it hold markup that only the reader of a prompt would obey?"""
    return any(pattern.search(sentence) for pattern in PROMPT_MARKUP)


def asks(sentence: str) -> bool:
    """Is it a bare question? It says nothing and supports no answer; a quoted question is
    reporting."""
    own_words = QUOTATION.sub("", sentence)
    return own_words.rstrip(" )*_").endswith("?")


def citable(sentence: Sentence, article: Article) -> bool:
    """Neither written for a prompt, a bare question, a byline nor a headline."""
    text = sentence.text
    return not (instruction(text) or asks(text) or byline(text) or _heads(sentence, article))


def _heads(sentence: Sentence, article: Article) -> bool:
    """Is it the title again, a first line without a full stop, a Markdown heading, or a few words
    alone like one?"""
    text, start, end = article.text, sentence.start, sentence.end
    if not sentence.text.rstrip("*_")[-1:].isalnum() or not text[end:].strip():
        return False
    above, below = text[:start].rpartition("\n"), text[end:].partition("\n")
    titled = sentence.text.strip("*_") == article.title
    if above[2].strip("#*_ ") or below[0].strip("#*_ "):
        return titled
    alone = not (above[0].rstrip(" ")[-1:].strip() or below[2].lstrip(" ")[:1].strip())
    short = len(sentence.text.split()) <= HEADING and not FIGURE.search(sentence.text)
    first = not text[:start].strip("#*_ \n") and not CONTINUED.match(below[2])
    return titled or first or (alone and short) or "#" in above[2]

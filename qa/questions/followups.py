"""Follow-up questions made stand-alone: by rules that carry over the subject, or by a model through
a prompt."""

import re
from collections.abc import Sequence

from llama_index.core.llms import LLM

from prompts import load
from qa.questions import phrases
from qa.questions.phrases import (
    BE,
    CLOSED,
    MODAL,
    WORD,
    Phrase,
    phrases_of,
    singular,
    singulars,
    word_set,
)
from qa.questions.topics import POSSESSIVE, PRONOUN, Talk
from qa.records import Turn

LONGEST = 300  # characters of a rewritten question; a longer question is never touched
_TURNS, _CUT = 12, 600  # how much of the conversation is read: turns, characters of each
_SHORT = 3  # words of its own up to which a question may lack its subject
_PLACED = word_set("in on at for from to by with about during after before of")
_JOINTS = word_set("and if when that because while before after")
_POINTED = (
    BE | MODAL | word_set("of about for by in on to with from after before")
)  # "about that", "is this"
_THANKS = re.compile(
    r"(?:(?:thanks|thank you|great|cool|nice)\b(?: so much| a lot)?[\s,.!;-]*)+", re.I
)
_AND = re.compile(
    r"(?:and|but|so|also)\b,?\s+(?=(?:wh\w+|how|is|are|was|were|do|does|did|will|has|have|can)\b)",
    re.I,
)
_EMPTY_IT = re.compile(r"\bit true that\b|\bit (?:takes?|costs?)\b.* to\b", re.I)
_LIKE = re.compile(
    r"(?:what|how) about (.+?)(?: instead| then)?$|(?:and|but) (\S+(?: \S+){0,3})$", re.I
)
_BARE = re.compile(r"(?:(?:and|but|so) )?(why not|why|when|where|how)(?: so| exactly)?$", re.I)
_LACKS = re.compile(
    r"(?:who|how many)(?: were| was| have been)? [a-z]+ed[?. ]*$", re.I
)  # "how many were injured"
_MORE = re.compile(
    r"(?:please )?(?:(?:can you )?tell me more|go on|more|more details|anything else|what else)$",
    re.I,
)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as one would ask it who has not read the conversation; unchanged when it stands
    alone already."""
    talk = Talk()
    for turn in history[-_TURNS:]:
        said = turn.content[:_CUT].strip()
        talk = (
            talk.after_question(said, _ask(said, talk))
            if turn.role == "user"
            else talk.after_answer(said)
        )
    return _ask(question, talk)


def standalone_with_model(question: str, history: Sequence[Turn], llm: LLM) -> str:
    """As `standalone`, by a model; the rule's question when the reply is no single line of the
    conversation's words.

    Whatever the model's client raises is passed on.
    """
    if not history or len(question) > LONGEST:
        return question
    turns = [{"role": turn.role, "content": _plain(turn.content)} for turn in history[-_TURNS:]]
    prompt = load("standalone", {"history", "question"})
    reply = llm.predict(prompt, history=turns, question=_plain(question)).strip().strip('"')
    if len(reply) > LONGEST:
        return standalone(question, history)
    known = {
        singular(word)
        for text in (question, *(turn.content for turn in history))
        for word in WORD.findall(text)
    }
    used = [singular(word) for word in WORD.findall(reply) if word.lower() not in CLOSED]
    foreign = sum(word not in known for word in used)
    fits = used and "\n" not in reply and 5 * foreign <= len(used)
    return reply if fits else standalone(question, history)


def _plain(text: str) -> str:
    """One line that cannot close the tags it stands between."""
    return " ".join(text[:_CUT].split()).replace("<", "‹").replace(">", "›")


def _ask(question: str, talk: Talk) -> str:
    if not talk.topics or len(question) > LONGEST:
        return question
    body = _THANKS.sub("", question, count=1) if _THANKS.match(question) else question
    full = _elliptic(body.rstrip("?. "), talk)
    if full is None:
        asked = _AND.sub("", body, count=1) if _AND.match(body) else body
        full = _replace(asked, talk)
        own = any(word.lower() in PRONOUN for word in WORD.findall(asked))
        full = _complete(asked, talk) if full == asked and not own else full
        if full == asked and asked != body:
            full = _attach(asked, talk)
        elif full == asked and _LACKS.match(asked) and not talk.topics[-1].person:
            full = f"{asked.rstrip('?. ')} in {talk.topics[-1].text}?"
    full = full if full == question or not full else full[0].upper() + full[1:]
    return full if 0 < len(full) <= LONGEST else question


def _refers(low: list[str], i: int, question: str, talk: Talk) -> bool:
    """Whether word `i` is a pronoun for something said earlier ("it takes two to ..." is not)."""
    word, before, after = low[i], low[i - 1] if i else "", low[i + 1]
    if word in ("this", "that"):
        return before in _POINTED and (not after or phrases.stops(after) or after.endswith("ed"))
    if word == "there" and (talk.place or talk.topics[-1].name):
        return i > 0 and before not in BE | MODAL | {"be"} and after not in BE
    return word in PRONOUN and not (word == "it" and _EMPTY_IT.search(question))


def _own(low: list[str], i: int, earlier: list[Phrase], joint: int) -> bool:
    """Whether the question itself says what word `i` means: before a joint, or as the subject that
    "its" belongs to."""
    word, what = low[i], PRONOUN.get(low[i], "it")
    fitting = [p for p in earlier if not phrases.relational(p) and (p.person or what != "he")]
    return any(
        p.start < joint or (word in {*POSSESSIVE} - {"her"} and p.plural == (what == "they"))
        for p in fitting
    )


def _replace(question: str, talk: Talk) -> str:
    """The question with the first pronoun for each thing replaced, unless the question itself says
    what it means."""
    tokens = list(WORD.finditer(question))
    low = [token.group().lower() for token in tokens] + [""]
    own, joint, at, out = phrases_of(question), 0, 0, ""
    for i, token in enumerate(tokens):
        gap = question[tokens[i - 1].end() : token.start()] if i else ""
        joint = token.start() if low[i] in _JOINTS or set(gap) & set(",.?!") else joint
        if not _refers(low, i, question, talk) or _own(
            low, i, [p for p in own if p.start < token.start()], joint
        ):
            continue
        name = talk.meant(low[i], low[i + 1])
        if low[i] == "there":
            name = f"in {talk.place}" if talk.place else f"at {talk.topics[-1].text}"
        if name and name.rstrip("'s") not in out:
            out, at = out + question[at : token.start()] + name, token.end()
    return out + question[at:]


def _complete(question: str, talk: Talk) -> str:
    """The question with the subject put behind a noun that needs one: "the symptoms" of what; "the
    summit": which."""
    own, topic, said = phrases_of(question), talk.topics[-1], phrases.content(question)
    for p in own:
        for known in reversed(talk.topics) if phrases.bare(p) else ():
            if singular(p.text.split()[-1]) == singular(
                known.text.split()[-1]
            ) and " " in phrases.core(known.text):
                return question[: p.start] + known.text + question[p.start + len(p.text) :]
    needs = next((p for p in own if phrases.relational(p)), None)
    if (
        needs is None
        or any(p.name for p in own)
        or singulars([topic]) & singulars(own)
        or said > _SHORT
    ):
        return question
    end, alone = (
        needs.start + len(needs.text),
        needs.after in ("of", "that", "which", "who", "between", "where"),
    )
    return (
        question if alone or topic.person else f"{question[:end]} of {topic.text}{question[end:]}"
    )


def _attach(question: str, talk: Talk) -> str:
    """The question with the circumstance of the last one: "who represents Russia" + "at the
    summit"."""
    own, end = singulars(phrases_of(question)), question.rstrip("?. ")
    placed = (
        p
        for p in reversed(phrases_of(talk.last))
        if p.before in _PLACED and not singulars([p]) & own
    )
    return next((f"{end} {p.before} {p.text}?" for p in placed), question)


def _elliptic(question: str, talk: Talk) -> str | None:
    """A question that names only what differs from the last one, in full: "what about Russia", "and
    in 2019", "why"."""
    last, bare, like = talk.last.rstrip("?. "), _BARE.match(question), _LIKE.match(question)
    if bare:
        first, _, tail = last.partition(" ")
        tail = last[0].lower() + last[1:] if first.lower() in BE | MODAL else tail
        helped = (
            first.lower() in CLOSED
            and tail.split(" ")[0].lower() in BE | MODAL
            and " " not in bare[1]
        )
        return f"{bare[1].capitalize()} {tail}?" if helped else f"{last}, and {bare[1].lower()}?"
    if _MORE.match(question):
        return f"Tell me more about {talk.topics[-1].text}."
    new = (like[1] or like[2]) if like else ""
    own, old, first = phrases_of(new), phrases_of(last), new.split(" ")[0].lower()
    if not own or (first in CLOSED and first not in _PLACED | phrases.DETERMINERS):
        return None
    if first in _PLACED:
        twin = next((p for p in reversed(old) if p.before == first), None)
        start = last.lower().rindex(first, 0, twin.start) if twin else 0
        return (
            f"{last[:start]}{new}{last[twin.start + len(twin.text) :]}?"
            if twin
            else f"{last} {new}?"
        )
    named = [p for p in old if p.name and (own[0].name or new[0].isupper())]
    person = own[0].person or (len(own) == 1 and new.istitle())
    twin = next((p for p in named if p.person == person), named[0] if named else None)
    return f"{last[: twin.start]}{new}{last[twin.start + len(twin.text) :]}?" if twin else None

"""What a conversation is about so far: the things, persons and places that a pronoun in the next
question may mean."""

import re
from typing import NamedTuple

from qa.questions.phrases import WORD, Phrase, bare, core, phrases_of, stops, subject, word_set

POSSESSIVE = {"its": "it", "it's": "it", "it’s": "it", "their": "they", "his": "he", "her": "he"}
PRONOUN = {
    "it": "it",
    "they": "they",
    "them": "they",
    "he": "he",
    "him": "he",
    "she": "he",
    **POSSESSIVE,
}
_OLD = word_set(
    "what which many to for on at in with than do how"
)  # what stands behind these is no new subject
_NOTHING = word_set("hello hi hey thanks new news latest happening")
_OWNER = re.compile(r"[A-Z]\S*(?: [A-Z]\S*)?['’]s\b")


class Talk(NamedTuple):
    """Each kind in the order it came up; `last` is the last question, already stand-alone."""

    topics: tuple[Phrase, ...] = ()
    persons: tuple[str, ...] = ()
    place: str = ""
    last: str = ""

    def after_question(self, asked: str, resolved: str) -> "Talk":
        """A question sets a new topic when it stood alone and names a thing in a place where
        subjects stand."""
        phrases = [
            p
            for p in phrases_of(resolved)
            if p.before != "how" and core(p.text).lower() not in _NOTHING
        ]  # "how important" is a quality
        persons = tuple(
            re.split(r"['’]s\b", p.text)[0] for p in phrases if p.person or _OWNER.match(p.text)
        )
        places = [p.text for p in phrases if p.name and p.before in ("in", "at")]
        best, topics = subject(phrases, 0 if self.topics else -2), self.topics
        if best and not persons and re.match("who (?:is|was) ", resolved, re.I):
            persons = (best.text,)
        alone = asked == resolved and not any(
            word.lower() in PRONOUN for word in WORD.findall(asked)
        )
        if best and alone and (not topics or best.name or not (best.before in _OLD or bare(best))):
            topics = (*topics, best)
        return Talk(topics, self.persons + persons, places[-1] if places else self.place, resolved)

    def after_answer(self, answer: str) -> "Talk":
        """Only names are taken from an answer: the person asked for, or one to fall back on, and
        the place asked for."""
        found = [p for p in phrases_of(answer) if p.name]
        new = [
            p.text
            for p in found
            if p.person and " " in p.text and p.text.split()[-1] not in self.last
        ][:1]
        persons = (
            (*self.persons, *new) if self.last.lower().startswith("who") else (*new, *self.persons)
        )
        places = (
            [p.text for p in found if p.before in ("in", "at")]
            if self.last.lower().startswith("where")
            else []
        )
        return self._replace(persons=persons, place=places[0] if places else self.place)

    def meant(self, pronoun: str, after: str) -> str | None:
        """The words that a pronoun stands for, with 's for "its"; `after` is the word behind it
        ("met her", "her view")."""
        what, latest = PRONOUN.get(pronoun, "it"), self.topics[-1]
        if what == "it" and " and " in latest.text:
            return None
        name: str | None = latest.text
        if what == "he":
            name = self.persons[-1] if self.persons else None
        elif what == "they":
            name = next(
                (topic.text for topic in reversed(self.topics) if topic.plural), latest.text
            )
        if (
            name
            and pronoun in POSSESSIVE
            and not (pronoun == "her" and (not after or stops(after)))
        ):
            return (
                name
                if name.endswith(("'s", "’s"))
                else name + ("'" if name.endswith("s") else "'s")
            )
        return name

"""Whether a message is in English: articles and questions are, another language is recognised and said."""

import re

from qa.questions.phrases import CLOSED, words

# First words that English messages and few names have.
_FIRST = words(
    """wer wann warum wieso welche welcher welches wieviel wieviele danke hallo guten pourquoi quand combien où quoi quels
    quelles merci bonjour salut quién quiénes quien cuándo cuando dónde donde cómo cuál cuáles cuánto cuántos cuántas
    cuantos cuantas qué gracias hola buenos perché quanti quante quando grazie ciao quem qual quais quantos quantas onde
    obrigado wanneer waarom hoeveel waar welke wat wie bedankt kto kiedy dlaczego gdzie mikor miért hogyan mennyi hány kik
    neden niçin nerede kaç nasıl vem varför vilka vilken hur när hvem hvornår hvorfor hvordan hvad hva hvilken kuka
    milloin miksi mitä missä cine când kdo kdy proč kde siapa kapan mengapa bagaimana tko zašto gdje kodėl kaip"""
)
# Words that English does not have; in capitals they may be names, but for the first one in front of a small word.
_STRONG = words(
    """wo ist sind waren wurde wurden haben über nicht und oder mit für bei nach auf ein eine einen sagt sagte gibt geht wird
    werden bitte macht qui que va comment quel quelle est sont était été dans avec sur une ou pas aux cette ces dit fait
    está están fue fueron sobre para por según hay dice dijo pasa y chi dove quale quali è sono stato nel della dei cosa
    hanno succede foi foram não uma com disse em hoe zijn heeft hebben het een niet naar voor zei zegt gaat jak jaki jest
    są był była było nie się ki hol hogy és egy kim zaman bir için dedi är vad och att inte blev på av oli ce unde spus
    sunt și pentru který yang tidak dari itu không của là gì"""
)
_WEAK = words(
    "was al o der die das den dem zu von im le les des du de los las il lo se si op van e ha hat na w z et om os da do di su"
)
_WORD = re.compile(r"[^\W\d_]+")


def foreign(question: str) -> bool:
    """Whether a message is in another language, by its script or its small words; names alone do not tell."""
    found = _WORD.findall(question)
    letters, first = "".join(found), found[0].lower() if found else ""
    beyond = sum(letter > "\u024f" and not "\u1e00" <= letter <= "\u1eff" for letter in letters)
    small = [word for word in found[1:] if word.islower()]
    seen = [first, *small] if small[:1] == found[1:2] else small
    english = sum(word in CLOSED - _STRONG - _WEAK for word in [first, first, *small])
    strong = sum(word in _STRONG or not word.isascii() for word in seen) + 1.5 * (first in _FIRST)
    other = strong + sum(word in _WEAK for word in [first, *small]) / 2
    script = english < 2 and 2 * beyond > len(letters)
    return "¿" in question or script or (strong > 0 and other >= 1.5 and other > english)

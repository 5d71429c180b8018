"""Whether a message is in English: articles and questions are, another language is recognised and said."""

import re

from qa.questions.phrases import words

# First words that alone tell: question words of some twenty languages that start no English sentence and few names.
_SURE = words(
    """wer wann warum wieso welcher welches wieviele pourquoi quand combien où quels quelles quién quiénes cuándo dónde
    cómo cuál cuáles cuánto cuántos cuántas qué perché quanti quem quantos quantas onde cuando wanneer waarom hoeveel
    waar welke kto kiedy dlaczego gdzie mikor miért hogyan mennyi hány kik neden niçin nerede kaç nasıl vem varför
    vilka vilken hvem hvornår hvorfor hvordan hvad hva hvilken kuka milloin miksi miten mitä missä cine când kdo kdy
    proč quando siapa kapan mengapa bagaimana tko zašto gdje kodėl kaip"""
)
# Function words that English does not have; they count when written small, or first in front of a small word.
_STRONG = words(
    """wie wo ist sind waren wurde wurden hat haben über nicht und oder mit für bei nach auf ein eine einen sagte gibt
    wird werden bitte qui comment quel quelle est sont était été dans avec sur une et ou pas aux cette ces que quien
    cual está están fue fueron sobre para por según hay dijo y chi dove quale quali è sono stato nel della dei cosa ha
    hanno ho foi foram não uma com disse em hoe zijn heeft hebben het een niet naar voor zei zegt jak jaki jaka jakie
    jest są był była było nie się czy ki hol hogy vannak volt voltak és nem egy mit kim zaman hangi bir için dedi
    mi nedir när vad hur är och att inte med det som og ikke til av på blev kukaan ovat oli ja ei unde ce cum este sunt
    fost și cu pentru despre spus kde který která je jsou byl byla řekl yang adalah dengan untuk tidak dari itu không
    của là gì kada kako koji što su bila"""
)
_WEAK = words(
    "der die das den dem zu von im la le les des du de el los las il lo se si no op en van o e a na w z ne om sa te"
)
_ENGLISH = words(
    """the of and to is are was were who what when where why which how did does do has have had can could will would in
    about for by with from at it he she they this that these there be been you your any new tell me on a an not if or"""
)
_WORD = re.compile(r"[^\W\d_]+")


def foreign(question: str) -> bool:
    """Whether a message is in another language, by its script or its small words; names alone do not tell."""
    found = _WORD.findall(question)
    english = sum(word in _ENGLISH for word in found) + (found[:1] != [] and found[0].lower() in _ENGLISH - _WEAK)
    letters = "".join(found)
    beyond = sum(letter > "\u024f" and not "\u1e00" <= letter <= "\u1eff" for letter in letters)
    if english < 2 and 2 * beyond > len(letters):
        return True
    first = found[0].lower() if found else ""
    small = [word for word in found[1:] if word.islower()]
    opens = first in _STRONG and small[:1] == found[1:2]
    strong = opens + sum(word in _STRONG - _ENGLISH or not word.isascii() for word in small) + (first in _SURE)
    other = strong + sum(word in _WEAK - _ENGLISH for word in [first, *small])
    return (
        "¿" in question
        or (first in _SURE and not english)
        or (strong > 0 and other > max(1, english) and (first in _SURE or (3 if english else 4) * other >= len(found)))
    )

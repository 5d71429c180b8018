"""The two stages of an answer that a language model may take part in: completing the question, and
writing. What fails in them is a note, and the answer goes on without the model."""

from collections.abc import Callable, Sequence

from llama_index.core.base.embeddings.base import BaseEmbedding

from qa.checking.judge import Judge
from qa.checking.verify import Verifier
from qa.questions.followups import standalone, standalone_with_model
from qa.questions.spelling import corrected
from qa.records import Note, Turn
from qa.work import Work
from qa.writing.bounds import within
from qa.writing.compose import Composer
from qa.writing.drafting import Drafting, shown
from qa.writing.failures import explain
from qa.writing.models import Model

FAILED = "model_failed"  # the code of the note
NOT_COMPLETED = "The question was completed without the model: {}"
NOT_WRITTEN = "The language model could not be used: {}"
SPELLING = "Understood as “{}”; words in quotation marks are taken as they are typed."


def rewrite(
    work: Work, history: Sequence[Turn], model: Model | None, held: Callable[[str], int]
) -> None:
    """Makes the question stand alone, with its misspelt words put right; `held` counts the passages
    that have a word."""
    whole = _completed(work, history, model)
    work.standalone = corrected(whole, held)
    if work.standalone != whole:
        work.notes.append(Note("spelling", SPELLING.format(work.standalone)))


def _completed(work: Work, history: Sequence[Turn], model: Model | None) -> str:
    """By the model where there is one, by rules otherwise and when the model fails."""
    if history and model and not model.error:
        try:
            llm = model.llm
            return within(model.timeout, lambda: standalone_with_model(work.question, history, llm))
        except Exception as error:  # noqa: BLE001
            work.notes.append(Note(FAILED, NOT_COMPLETED.format(explain(error))))
    return standalone(work.question, history)


def draft(
    work: Work, model: Model, composer: Composer, embedder: BaseEmbedding, verifier: Verifier
) -> Drafting | None:
    """None, with a note, when the model cannot even be set up."""
    try:
        judge = Judge(shown(work.looked.chosen, work.looked.found), embedder, verifier)
        return Drafting(model, composer, work.standalone, work.looked.chosen, judge)
    except Exception as error:  # noqa: BLE001
        work.notes.append(Note(FAILED, NOT_WRITTEN.format(explain(error))))
        return None

"""One record as an example, for the endpoint's documentation."""

from qa.endpoint.schemas import ANSWER
from qa.records import Answer, Citation, Claim, ShortAnswer

SENTENCE = "Sergey Lavrov leads the Russian side."
EXAMPLE = ANSWER.dump_python(
    Answer(
        id="0b9c",
        question="And who leads the Russian side?",
        standalone_question="Who leads the Russian side in the talks?",
        status="answered",
        probability=0.94,
        answer=f"{SENTENCE} [1]",
        short_answer=ShortAnswer("Sergey Lavrov", 1, 1042, 1055),
        claims=(Claim(SENTENCE, 0, 37, "supported", 0.97, None, (1,)),),
        citations=(
            Citation(
                number=1,
                article_id="talks.md",
                title="Talks",
                source="Gazette",
                url=None,
                published="2025-10-17",
                start=1042,
                end=1079,
                text=SENTENCE,
                link="/a/talks.md?s=1042-1079",
                page="/a/talks.md?s=1042-1079",
            ),
        ),
        timings_ms={"retrieve": 9, "choose": 61, "write": 1, "check": 4},
    ),
    mode="json",
)

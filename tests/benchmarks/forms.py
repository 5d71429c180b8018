"""Holds a language model to a form while it writes, to measure whether that is better than asking for markers in the prompt."""

import json
from collections.abc import Iterator
from typing import Any

from llama_index.core.llms import LLM, ChatResponse

FORMS = ("grammar", "schema")
GRAMMAR = r"""
root ::= "NO ANSWER" | claim (" " claim){0,2}
claim ::= [A-Z0-9"“] word{3,400} marker+
word ::= [^\[\]\n]
marker ::= " "? "[" [1-9] [0-9]? "]"
"""
SCHEMA = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "numbers": {
                        "type": "array",
                        "items": {"type": "integer"},
                        "minItems": 1,
                        "maxItems": 3,
                    },
                },
                "required": ["text", "numbers"],
            },
        }
    },
    "required": ["sentences"],
}
ASKED = (
    'Reply as JSON: {"sentences": [{"text": a sentence of your answer, "numbers": [the numbers it rests on]}]}; when no sentence'
    ' says what is asked: {"sentences": []}'
)


def hold(llm: LLM, form: str) -> None:
    """From now on this model can only reply in the form; llama.cpp's server does it with a grammar of its own for either."""
    extra = (
        {"grammar": GRAMMAR}
        if form == "grammar"
        else {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": SCHEMA},
            }
        }
    )
    llm.additional_kwargs["extra_body"] = extra  # type: ignore[attr-defined]
    if form == "schema":
        stream = llm.stream_chat

        def told(messages: Any) -> Iterator[ChatResponse]:
            last = messages[-1].model_copy(deep=True)
            last.blocks[0].text = last.content.replace("Answer, with the numbers:", ASKED)
            replies = list(stream([*messages[:-1], last]))
            replies[-1].delta = _as_text(replies[-1].message.content or "")
            yield replies[-1]

        object.__setattr__(llm, "stream_chat", told)


def _as_text(reply: str) -> str:
    """The JSON as the text with markers that the parser reads; a broken one as it is."""
    try:
        sentences = json.loads(reply)["sentences"]
        return (
            " ".join(one["text"] + "".join(f" [{n}]" for n in one["numbers"]) for one in sentences)
            or "NO ANSWER"
        )
    except (ValueError, KeyError, TypeError):
        return reply

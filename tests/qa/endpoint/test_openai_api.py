"""The OpenAI shape, through the official client against a served app, plain and streamed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openai
import pytest

from qa.endpoint.openai_api import usage
from qa.records import Tokens


@pytest.fixture
def api(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as api:
        yield api


def said(text: str) -> Any:
    return [{"role": "system", "content": "Answer in rhyme."}, {"role": "user", "content": text}]


def slices(content: str, annotations: Any) -> list[str]:
    return [
        content[one.url_citation.start_index : one.url_citation.end_index] for one in annotations
    ]


def test_there_is_one_model(api: openai.OpenAI) -> None:
    assert [model.id for model in api.models.list()] == ["footnote"]
    assert api.models.retrieve("footnote").owned_by == "footnote"
    with pytest.raises(openai.NotFoundError, match="no model 'gpt'"):
        api.chat.completions.create(model="gpt", messages=said("Who leads?"))


def test_a_completion_carries_its_citations(api: openai.OpenAI, hand_made: Any) -> None:
    completion = api.chat.completions.create(
        model="footnote", messages=said("Who leads?"), temperature=0.2
    )
    message, record = completion.choices[0].message, hand_made.answered("Who leads?")
    assert message.content == record.answer
    assert slices(record.answer, message.annotations) == [claim.text for claim in record.claims]
    first = message.annotations[0]
    assert first.url_citation.title == "Talks"
    source = first.footnote
    assert first.url_citation.url.startswith("http://127.0.0.1:")
    assert first.url_citation.url.endswith(record.citations[0].page)
    assert source["page"] == first.url_citation.url
    assert (
        hand_made.index.kept["talks/one.md"].text[source["start"] : source["end"]] == source["text"]
    )
    assert completion.usage.total_tokens == 0
    assert completion.footnote["status"] == "answered"
    assert hand_made.asked[-1][1] == ()  # a system message is no part of the conversation


def test_tokens_are_told_as_far_as_they_are_known(hand_made: Any) -> None:
    quoted = hand_made.answered("Who leads?")
    told = usage(replace(quoted, writer="llm", draft="He does. [1]", tokens=Tokens(700, 30)))
    assert told == {"prompt_tokens": 700, "completion_tokens": 30, "total_tokens": 730}
    assert (
        usage(replace(quoted, draft="NO ANSWER", tokens=None)) is None
    )  # asked, but its server does not count
    assert usage(quoted) == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def test_a_streamed_completion_says_the_same(api: openai.OpenAI, hand_made: Any) -> None:
    for question in ("Who leads?", "unknown"):
        content, annotations, finish, usage, record = "", [], None, None, None
        options = {"stream": True, "stream_options": {"include_usage": True}}
        for chunk in api.chat.completions.create(
            model="footnote", messages=said(question), **options
        ):
            usage = chunk.usage or usage
            for choice in chunk.choices:
                content += choice.delta.content or ""
                annotations += getattr(choice.delta, "annotations", None) or []
                finish = choice.finish_reason or finish
                record = getattr(chunk, "footnote", record)
        assert (finish, usage.total_tokens) == ("stop", 0)
        assert content.split() == record["answer"].split()
        found = [
            content[a["url_citation"]["start_index"] : a["url_citation"]["end_index"]]
            for a in annotations
        ]
        assert found == [claim["text"] for claim in record["claims"]]


def test_an_answer_that_ends_otherwise_than_it_began_is_sent_whole(
    api: openai.OpenAI, hand_made: Any
) -> None:
    final = hand_made.refusal("Who leads?")
    stream = hand_made.stream

    def changed(question: str, history: Any = (), **options: Any) -> Any:
        for event in stream(question, history, **options):
            yield type(event)("done", answer=final) if event.kind == "done" else event

    hand_made.stream = changed
    chunks = api.chat.completions.create(model="footnote", messages=said("Who leads?"), stream=True)
    content = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert content.endswith("[2]\n\n" + final.answer)


def test_the_conversation_goes_along(api: openai.OpenAI, hand_made: Any) -> None:
    messages: Any = [
        {"role": "user", "content": [{"type": "text", "text": "Who talks?"}]},
        {"role": "assistant", "content": "Two sides. [1]"},
        {"role": "user", "content": [{"type": "text", "text": "And who leads?"}]},
    ]
    api.chat.completions.create(model="footnote", messages=messages)
    question, history, _, _ = hand_made.asked[-1]
    assert question == "And who leads?"
    assert [(turn.role, turn.content) for turn in history] == [
        ("user", "Who talks?"),
        ("assistant", "Two sides. [1]"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty_question"), ("?", "empty_question"), ("a" * 2001, "question_too_long")],
)
def test_what_is_wrong_has_a_code(api: openai.OpenAI, text: str, code: str) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as error:
        api.chat.completions.create(model="footnote", messages=said(text))
    assert error.value.code == code


def test_the_last_word_must_be_the_users(api: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as error:
        api.chat.completions.create(
            model="footnote", messages=[{"role": "assistant", "content": "Yes?"}]
        )
    assert error.value.code == "empty_question"


def test_a_break_in_a_stream_is_an_error_of_the_client(api: openai.OpenAI) -> None:
    chunks = api.chat.completions.create(model="footnote", messages=said("break it"), stream=True)
    with pytest.raises(openai.APIError, match="something broke"):
        list(chunks)

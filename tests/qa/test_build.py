"""The wiring from settings: what is given is used, what cannot work is one line, what was opened is
closed again."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from transformers import BertConfig, BertForQuestionAnswering, PreTrainedTokenizerFast

from index.articles import make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from index.passages import group
from index.sentences import split
from index.store import StoreError
from qa.build import build
from qa.reading.any_reader import AnyReader
from qa.reading.premise import Source
from qa.settings import Settings, SettingsError

TEXT = "Sergey Lavrov leads the Russian side. Marco Rubio speaks for Washington."


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory, embedder: MiniLMEmbedding) -> Path:
    """A tiny extractive-QA model of transformers, untrained, as somebody could bring one."""
    folder = tmp_path_factory.mktemp("other")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    special = {
        f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls", "mask")
    }
    names = ["input_ids", "token_type_ids", "attention_mask"]
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(embedder.weights / "tokenizer.json"), model_input_names=names, **special
    )
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def brought(other: Path) -> AnyReader:
    return AnyReader(other)


def test_the_settings_are_used_and_leaving_closes(tmp_path):
    settings = Settings(data=tmp_path, top_k=3)
    with build(settings, dtype="float32") as pipeline:
        assert (pipeline.writer, pipeline.model, pipeline.top_k) == ("quote", None, 3)
        pipeline.index.ingest([make_article(TEXT, title="Talks", id="talks")])
        assert pipeline.answer("Who leads the Russian side?").evidence
        with pytest.raises(StoreError), Index.open(tmp_path, pipeline.index.embedder):
            pass
    with build(settings, dtype="float32") as pipeline:
        assert pipeline.index.count() == 1


def test_what_reads_is_imported_when_it_is_needed(tmp_path):
    """A server is there before: importing torch and transformers takes longer than all else."""
    code = (
        "import sys; from pathlib import Path; import ui.serve; from qa.build import build; "
        "from qa.settings import Settings; settings = Settings(data=Path(sys.argv[1]))\n"
        "with build(settings) as pipeline: ui.serve.app(pipeline, settings)\n"
        "print(sorted({'torch', 'transformers', 'openai'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, check=True, capture_output=True).stdout == b"[]\n"


def test_without_the_strong_packages_only_verbatim_claims_pass(tmp_path, monkeypatch):
    monkeypatch.setattr("qa.build.strong_is_there", lambda: False)
    cited = [[Source("Sergey Lavrov leads the Russian side.")]]
    with build(Settings(data=tmp_path), dtype="float32") as pipeline:
        verdicts = pipeline.verifier.verdicts
        assert verdicts("Sergey Lavrov leads the Russian side.", cited)[0].support == "supported"
        assert verdicts("Lavrov heads the Russian side.", cited)[0].support == "unsupported"


def test_an_error_inside_closes_too(tmp_path):
    with (
        pytest.raises(RuntimeError, match="inside"),
        build(Settings(data=tmp_path), dtype="float32"),
    ):
        raise RuntimeError("inside")
    with build(Settings(data=tmp_path), dtype="float32"):
        pass


def test_a_model_that_can_never_work_stops_the_start_and_leaves_the_folder_free(tmp_path):
    with (
        pytest.raises(SettingsError, match="FOOTNOTE_WRITER: 'llm' needs a model") as caught,
        build(Settings(data=tmp_path, writer="llm"), dtype="float32"),
    ):
        pass
    assert caught.tb  # keeps alive what the failed start had opened
    with build(Settings(data=tmp_path), dtype="float32"):
        pass


def test_a_server_that_is_down_does_not_stop_the_start(tmp_path):
    settings = Settings(data=tmp_path, llm_url="http://127.0.0.1:9", llm_model="small")
    with build(settings, dtype="float32") as pipeline:
        assert (pipeline.writer, pipeline.model) == ("llm", "small")
        assert pipeline.answer("hello").status == "answered"


def test_another_reader_can_be_brought(tmp_path, other):
    with build(Settings(data=tmp_path, reader=other), dtype="float32") as pipeline:
        assert isinstance(pipeline.reader, AnyReader)
        pipeline.index.ingest([make_article(TEXT, title="Talks", id="talks")])
        answer = pipeline.answer("Who leads the Russian side?")
        assert answer.evidence
        assert {c.text for c in answer.citations} <= {s.text for s in split(TEXT)}


@pytest.mark.parametrize("made", [False, True], ids=["missing", "empty"])
def test_a_folder_that_is_no_reader_stops_the_start_in_one_line(tmp_path, made):
    folder = tmp_path / "reader"
    if made:
        folder.mkdir()
    with (
        pytest.raises(SettingsError, match=f"^FOOTNOTE_READER: {folder}") as caught,
        build(Settings(data=tmp_path / "data", reader=folder), dtype="float32"),
    ):
        pass
    assert "\n" not in str(caught.value)


@given(st.text(max_size=100), st.text(min_size=1, max_size=300).filter(str.strip))
@examples(max_examples=20, deadline=None)
def test_another_readers_spans_lie_inside_their_sentences(brought, question, text):
    article = make_article(f"An opening line.\n\n{text}", title="Title", id="a")
    passages = group(article, split(article.text)[1:])
    for passage, reading in zip(
        passages, brought.read(question, [("Title", p) for p in passages]), strict=True
    ):
        assert len(reading.sentences) == len(reading.spans) == len(passage.sentences)
        for sentence, span in zip(passage.sentences, reading.spans, strict=True):
            assert span is None or sentence.start <= span.start <= span.end <= sentence.end


def test_another_reader_takes_a_long_question_and_a_long_passage(brought):
    article = make_article(TEXT + " word" * 800 + ". Rain fell.", title="Talks", id="talks")
    (passage,) = group(article, split(article.text), words=2000)
    (reading,) = brought.read("why " * 600, [("Talks", passage)])
    assert len(reading.sentences) == len(passage.sentences)
    assert reading.spans[0] is not None
    assert reading.spans[-1] is None

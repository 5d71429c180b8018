"""The commands that serve the page and the endpoint, and that measure the answers."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from ui.options import settings


def serve(
    seed: Annotated[
        Optional[Path], typer.Option(help="Folder to ingest first if the index is empty.")  # noqa: UP045
    ] = None,
    port: Annotated[
        Optional[int], typer.Option(min=0, max=65535, help="Port, in the place of FOOTNOTE_PORT.")  # noqa: UP045
    ] = None,
) -> None:
    """Serve the page and the endpoint (FOOTNOTE_HOST, FOOTNOTE_PORT) until stopped.

    \b
    Examples:
      footnote serve --seed seeds
      footnote serve --port 8080
    """
    from qa.build import build
    from ui import intake, serve, watch_cli

    found = settings()
    if port is not None:
        found = found.model_copy(update={"port": port})
    with serve.listen(found) as socket:
        serve.tell("opening the index and the reader …")
        with build(found) as pipeline:
            if seed and not pipeline.index.has_articles():
                serve.tell(f"taking the articles of {seed} …")
                intake.seed(seed, pipeline.index)
            with watch_cli.watching(found, pipeline.index) as watched:
                serve.serve(pipeline, found, socket, watched)


def evaluate(
    questions: Annotated[
        Path, typer.Argument(metavar="QUESTIONS", help="A question set, JSON Lines.")
    ],
    baseline: Annotated[
        Optional[Path], typer.Option(help="Figures to compare with; a drop exits 1.")  # noqa: UP045
    ] = None,
    output: Annotated[Optional[Path], typer.Option(help="File to write the figures to.")] = None,  # noqa: UP045
    write_baseline: Annotated[
        Optional[Path], typer.Option(help="File to write a new baseline to.")  # noqa: UP045
    ] = None,
) -> None:
    """Answer a question set and report the figures, over the index as it is, in float32: comparable
    between machines.

    \b
    Examples:
      footnote evaluate tests/questions.jsonl --baseline tests/baseline.json
    """
    from qa.build import build
    from qa.evaluation import evaluate
    from ui.upkeep import readable

    with readable(settings()) as found, build(found, dtype="float32") as pipeline:
        raise typer.Exit(
            evaluate.main(
                pipeline, questions, baseline=baseline, output=output, write_baseline=write_baseline
            )
        )

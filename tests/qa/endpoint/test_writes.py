"""What is acknowledged stays: a small run of the benchmark that writes while clients ask and kills
the server meanwhile."""

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "writes.py"
FOOTNOTE = f"{sys.executable} -c 'from ui.cli import main; main()'"


def test_articles_written_while_others_ask_outlive_a_kill() -> None:
    small = [
        "--articles",
        "200",
        "--clients",
        "2",
        "--kills",
        "1",
        "--seconds",
        "4",
        "--command",
        FOOTNOTE,
    ]
    done = subprocess.run(
        [sys.executable, BENCHMARK, *small], stdout=subprocess.PIPE, text=True, check=False
    )
    report = json.loads(done.stdout)
    assert (report["first_wrong"], report["wrong"], done.returncode) == ([], 0, 0)
    assert report["counts"]["written"] > 0

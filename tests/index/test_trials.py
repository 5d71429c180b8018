"""What a machine does to an index, and what comes of it; the benchmark tries more of it and oftener."""

import subprocess
import sys
from pathlib import Path

import pytest

TRIALS = Path(__file__).parents[1] / "benchmarks" / "trials.py"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kill -9 during a backup", "the file before stays"),
        ("kill -9 during a restore", "the old or the new one"),
        ("backup during writes", "each restores whole"),
        ("disk full during an ingest", "with room again"),
        ("disk full during a backup", "make room there or name another place"),
        ("read-only data folder", "change its owner or its permissions"),
        ("clock set back", "has ended"),
        ("second process on one folder", "ask its server, or stop it first"),
        ("0.0.0.0 and :: without keys", "footnote keys add"),
        ("IPv6", "served on [::1]"),
    ],
)
def test_it_ends_in_a_clear_line_or_a_whole_index(name: str, words: str) -> None:
    command = [sys.executable, str(TRIALS), "--kills", "2", "--only", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert words in done.stdout

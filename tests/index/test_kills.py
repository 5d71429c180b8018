"""Killed at some moments of an ingest, and run again: the same index as without. The benchmark does it a hundred times."""

import json
import subprocess
import sys
from pathlib import Path

KILLS = Path(__file__).parents[1] / "benchmarks" / "kills.py"


def test_a_killed_ingest_is_finished_by_the_next() -> None:
    command = [sys.executable, str(KILLS), "--articles", "20", "--random", "2", "--steps", "6"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == {"articles": 20, "kills": 8, "failures": []}

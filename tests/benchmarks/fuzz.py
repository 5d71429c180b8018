"""Runs schemathesis over the served schema: no 5xx, no answer that the schema does not allow, none over its deadline.

usage: python tests/benchmarks/fuzz.py [--cases 400] [--seconds 400] [--deadline 20] [--command footnote] [--seed N]

`--cases` is for each of the 13 operations; it stops earlier or goes on until the seconds are spent, and says how many cases it had:
another seed makes others. A value the schema cannot rule out (a question without a word, an If-Match that no
longer holds) is refused with 4xx, so `positive_data_acceptance` is left out. Needs the package schemathesis.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from serving import ROOT, ingested, served


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--seconds", type=int, default=400)
    parser.add_argument("--deadline", type=float, default=20)
    parser.add_argument("--command", default="footnote")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tool = Path(sys.executable).with_name("schemathesis")
    with ingested(given.command, ROOT / "seeds") as env, served(given.command, env) as server:
        command = [
            str(tool),
            "run",
            f"{server.url}/openapi.json",
            "--max-examples",
            str(given.cases),
        ]
        command += [
            "--exclude-checks",
            "positive_data_acceptance",
            "--max-response-time",
            str(given.deadline),
        ]
        command += [
            "--phases",
            "examples,coverage,fuzzing",
            "--workers",
            "1",
            "--max-time",
            str(given.seconds),
        ]
        command += [
            "--seed",
            str(given.seed),
            "--continue-on-failure",
            "--suppress-health-check",
            "all",
        ]
        done = subprocess.run(command, cwd=server.data.parent, check=False)
        print(server.log.read_text()[-4000:] if done.returncode else "no failure")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

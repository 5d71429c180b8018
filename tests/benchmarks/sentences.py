"""Measures the sentence splitter on a benchmarks folder: golden rules, news, exact offsets, people's sentences, speed.

    python tests/benchmarks/sentences.py FOLDER

FOLDER holds sentences/golden_en.jsonl, xquad/corpus.jsonl, clapnq/corpus.jsonl and clapnq/questions.jsonl. Prints one
JSON object; exits 1 when a golden rule fails, more than 2 lines of sentence_cases.txt do (news with abbreviations, a case a
line, ` || ` between its sentences), or an offset is wrong.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from index.sentences import split

GOLDEN = "GOLDEN_EN_RULES_TEST_CASES"
NEWS = Path(__file__).parent / "sentence_cases.txt"
WRONG = 2  # lines of news


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def exact(text: str) -> bool:
    at = 0
    for one in split(text):
        if (
            one.start < at
            or text[one.start : one.end] != one.text
            or text[at : one.start].strip(" \t\r\n#>|:=_*+-")
        ):
            return False
        at = one.end
    return not text[at:].strip(" \t\r\n#>|:=_*+-")


def whole(questions: list[dict[str, Any]], articles: dict[str, str]) -> float:
    """The share of the sentences that people cited which come out as exactly one of ours."""
    hits = [
        sentence.strip() in {one.text for one in split(articles[question["article_id"]])}
        for question in questions
        if question["answerable"]
        for quotes in question["quotes"]
        for sentence in quotes
    ]
    return sum(hits) / len(hits)


def main(folder: Path) -> int:
    golden = rows(folder / "sentences/golden_en.jsonl")
    failed = [
        row
        for row in golden
        if [one.text for one in split(row["text"])] != [s.strip() for s in row["sentences"]]
    ]
    articles = {
        row["id"]: row["text"]
        for name in ("xquad", "clapnq")
        for row in rows(folder / name / "corpus.jsonl")
    }
    cases = [line.split(" || ") for line in NEWS.read_text(encoding="utf-8").splitlines()]
    wrong = [case for case in cases if [one.text for one in split(" ".join(case))] != case]
    texts = [*articles.values(), *(row["text"] for row in golden)]
    questions = rows(folder / "clapnq/questions.jsonl")
    started = time.perf_counter()
    count = sum(len(split(text)) for text in texts)
    seconds = time.perf_counter() - started
    report = {
        "golden_rules": sum(row["set"] == GOLDEN for row in golden)
        - sum(row["set"] == GOLDEN for row in failed),
        "golden_rules_of": sum(row["set"] == GOLDEN for row in golden),
        "all_rows": len(golden) - len(failed),
        "all_rows_of": len(golden),
        "news": len(cases) - len(wrong),
        "news_of": len(cases),
        "offsets_exact": all(map(exact, texts)),
        "people_sentences_dev": round(
            whole([q for q in questions if q["split"] == "dev"], articles), 3
        ),
        "people_sentences_report": round(
            whole([q for q in questions if q["split"] == "report"], articles), 3
        ),
        "sentences": count,
        "mb_per_second": round(sum(len(text.encode()) for text in texts) / seconds / 1e6, 1),
        "failed": [row["text"][:80] for row in failed] + [" ".join(case) for case in wrong],
    }
    print(json.dumps(report, indent=2, ensure_ascii=False))
    golden_held = report["golden_rules"] == report["golden_rules_of"]
    return 0 if golden_held and len(wrong) <= WRONG and report["offsets_exact"] else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

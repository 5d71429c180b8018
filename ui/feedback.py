"""What readers said about answers: one JSON line each in the data folder, and lines of a question
set made from them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from qa.records import Answer

FILE = "feedback.jsonl"
# Characters of a row: a conversation comes from the browser, and from whoever forges one.
LONGEST = 100_000
FULL = 100_000_000  # bytes of the file: who may only read must not fill the disk
KINDS = ("helpful", "wrong_source", "wrong_answer", "should_have_answered")


class Feedback:
    """The file of feedback rows; appending is one write, so that two sessions cannot mix their
    lines."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = Lock()

    def add(self, kind: str, note: str, answer: Answer, history: list[dict[str, str]]) -> bool:
        """Whether it was kept: not when it is too long or the file is full. Of a long conversation
        only the last question is kept. Raises ValueError for a kind that is not one of KINDS."""
        if kind not in KINDS:
            raise ValueError(f"feedback: kind {kind!r} is not one of {', '.join(KINDS)}")
        row = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "kind": kind,
            "note": note.strip()[:1000],
            "question": answer.question,
            "history": history,
            "status": answer.status,
            "answer": answer.answer,
            "citations": [{"article_id": c.article_id, "text": c.text} for c in answer.citations],
        }
        line = json.dumps(row, ensure_ascii=False)
        if len(line) > LONGEST:
            line = json.dumps(row | {"history": []}, ensure_ascii=False)
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            kept = len(line) <= LONGEST and file.tell() < FULL
            if kept:
                file.write(line + "\n")
        return kept

    def rows(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        return [
            json.loads(line) for line in self.path.read_text("utf-8").splitlines() if line.strip()
        ]


def question_line(row: dict[str, Any], number: int) -> dict[str, Any]:
    """A draft for a question set: what the reader found right is filled in, the rest is for the
    reviewer to write."""
    right = row["kind"] == "helpful"
    return {
        "id": f"feedback-{number}",
        "question": row["question"],
        "history": row["history"],
        "answerable": row["status"] != "no_answer" if right else True,
        "quotes": [c["text"] for c in row["citations"]] if right else [],
        "answers": [],
        "article_id": row["citations"][0]["article_id"] if right and row["citations"] else None,
        "review": f"{row['kind']}: {row['note']}".rstrip(": "),
    }

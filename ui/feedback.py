"""What readers said about answers: one JSON line each in the data folder, and lines of a question set made from them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from qa.records import Answer

FILE = "feedback.jsonl"
KINDS = ("helpful", "wrong_source", "wrong_answer", "should_have_answered")


class Feedback:
    """The file of feedback rows; appending is one write, so that two sessions cannot mix their lines."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = Lock()

    def add(self, kind: str, note: str, answer: Answer, history: list[dict[str, str]]) -> None:
        """Raises ValueError for a kind that is not one of KINDS."""
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
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def rows(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        return [
            json.loads(line) for line in self.path.read_text("utf-8").splitlines() if line.strip()
        ]


def question_line(row: dict[str, Any], number: int) -> dict[str, Any]:
    """A draft for a question set: what the reader found right is filled in, the rest is for the reviewer to write."""
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

"""From a question sent to its first words on screen: python tests/benchmarks/first_words.py [--url http://127.0.0.1:7860/]

Needs a running `footnote serve --seed seeds` and chromium. Times in the browser: Enter pressed, first claim painted. Each
question is asked in a conversation of its own; the first two of them warm the server up and are not counted.
"""

import argparse
import json
import statistics
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
QUESTIONS = Path(__file__).parents[1] / "questions.jsonl"
WATCH = """() => { window.first = null; window.sent = null;
addEventListener("keydown", (event) => { if (event.key === "Enter") window.sent ??= performance.now(); }, true);
new MutationObserver(() => { if (window.first === null && document.querySelector(".fn-claim, .fn-verdict"))
  requestAnimationFrame(() => { window.first ??= performance.now(); }); })
  .observe(document.body, { childList: true, subtree: true }); }"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:7860/")
    parser.add_argument("--number", type=int, default=30)
    options = parser.parse_args()
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    asked = [row["question"] for row in rows if not row.get("history")][: options.number + 2]
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_page()
        for question in asked:
            page.goto(options.url)
            expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
            page.evaluate(WATCH)
            box = page.get_by_label("Your question")
            box.fill(question)
            box.press("Enter")
            page.wait_for_function("window.first !== null")
            times.append(page.evaluate("window.first - window.sent"))
            expect(page.locator(".fn-foot")).to_have_count(1)
        browser.close()
    ranked = sorted(times[2:])
    print(f"{len(ranked)} questions: median {statistics.median(ranked):.0f} ms, ", end="")
    print(
        f"95th percentile {ranked[int(0.95 * (len(ranked) - 1))]:.0f} ms, slowest {ranked[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()

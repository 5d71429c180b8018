"""Takes the README's pictures: python tests/benchmarks/screenshots.py [--url http://127.0.0.1:7860/] [--to docs].

Needs a running `footnote serve --seed seeds` and Debian's chromium. Writes small PNGs, light and dark, and one as narrow as
a telephone.
"""

import argparse
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
SIZE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
FACT = "How far can a Tomahawk fly?"
UNKNOWN = "How much did the Budapest hotel charge the delegations?"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:7860/")
    parser.add_argument("--to", type=Path, default=Path("docs"))
    options = parser.parse_args()
    options.to.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport=SIZE, color_scheme=scheme, reduced_motion="reduce")
            page.goto(options.url)
            expect(page.locator(".fn-examples li")).to_have_count(4, timeout=90_000)
            expect(page.locator(".fn-list li").first).to_be_visible(timeout=90_000)
            page.screenshot(path=options.to / f"start-{scheme}.png")
            box = page.get_by_label("Your question")
            box.fill(FACT)
            box.press("Enter")
            expect(page.locator(".fn-foot")).to_have_count(1, timeout=90_000)
            page.locator(".fn-answer .fn-cite").first.click()
            expect(page.locator("#fn-side mark").first).to_be_in_viewport(timeout=30_000)
            page.screenshot(path=options.to / f"answer-{scheme}.png")
        page = browser.new_page(viewport=NARROW, reduced_motion="reduce")
        page.goto(options.url)
        expect(page.locator(".fn-examples li")).to_have_count(4, timeout=90_000)
        page.screenshot(path=options.to / "narrow-light.png")
        page.get_by_label("Your question").fill(UNKNOWN)
        page.get_by_label("Your question").press("Enter")
        expect(page.locator(".fn-foot")).to_have_count(1, timeout=90_000)
        page.screenshot(path=options.to / "no-answer-light.png")
        browser.close()


if __name__ == "__main__":
    main()

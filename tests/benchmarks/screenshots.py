"""Takes the README's pictures: python tests/benchmarks/screenshots.py [--url http://127.0.0.1:7860/] [--to docs].

Needs a running `footnote serve --seed seeds` and Debian's chromium. Writes small PNGs, light and dark, some as narrow as
a telephone, and a moving one: the question, its answer, the sentence in the article.
"""

import argparse
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
SIZE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LONGEST = 300_000  # milliseconds, for a machine that does other things too
COLOURS = 64  # of the moving picture; a page of text has few
FACT = "How far can a Tomahawk fly?"
UNKNOWN = "How much did the Budapest hotel charge the delegations?"


def moving(frames: Mapping[bytes, int], path: Path) -> None:
    """Writes the pictures as one GIF that starts anew at its end; each with the milliseconds that it stays."""
    pictures = [Image.open(BytesIO(frame)).convert("RGB").quantize(COLOURS) for frame in frames]
    first, *others = pictures
    first.save(
        path,
        save_all=True,
        append_images=others,
        duration=[*frames.values()],
        loop=0,
        optimize=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:7860/")
    parser.add_argument("--to", type=Path, default=Path("docs"))
    options = parser.parse_args()
    options.to.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        expect.set_options(timeout=LONGEST)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport=SIZE, color_scheme=scheme, reduced_motion="reduce")
            page.goto(options.url, timeout=LONGEST)
            expect(page.locator(".fn-examples li")).to_have_count(4)
            expect(page.locator(".fn-list li").first).to_be_visible()
            page.screenshot(path=options.to / f"start-{scheme}.png")
            box = page.get_by_label("Your question")
            box.fill(FACT)
            frames = {page.screenshot(): 1_500}
            box.press("Enter")
            expect(page.locator(".fn-foot")).to_have_count(1)
            frames[page.screenshot()] = 2_500
            page.locator(".fn-answer .fn-cite").first.click()
            expect(page.locator("#fn-side mark").first).to_be_in_viewport()
            frames[page.screenshot(path=options.to / f"answer-{scheme}.png")] = 4_000
            if scheme == "light":
                moving(frames, options.to / "answer.gif")
        page = browser.new_page(viewport=NARROW, reduced_motion="reduce")
        page.goto(options.url, timeout=LONGEST)
        expect(page.locator(".fn-examples li")).to_have_count(4)
        page.screenshot(path=options.to / "narrow-light.png")
        page.get_by_label("Your question").fill(UNKNOWN)
        page.get_by_label("Your question").press("Enter")
        expect(page.locator(".fn-foot")).to_have_count(1)
        page.screenshot(path=options.to / "no-answer-light.png")
        browser.close()


if __name__ == "__main__":
    main()

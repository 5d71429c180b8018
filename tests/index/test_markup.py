"""No word of an HTML page or a feed is lost, joined with another or changed, and no date is guessed."""

import json
from pathlib import Path

import pytest

from index.articles import ArticleError
from index.loading import load
from index.records import Article

OPENING = "The harbour office said on Tuesday that the storm had damaged the northern pier and that ships should use the other."
ENDING = "The mayor thanked the crews that had worked through the night and said that the town would ask for money."


def page(tmp_path: Path, body: str, head: str = "") -> str:
    """The middle of an article made of this HTML."""
    path = tmp_path / "page.html"
    path.write_text(
        f"<html><head><title>Pier</title>{head}</head><body><article><h1>Pier</h1><p>{OPENING}</p>{body}"
        f"<p>{ENDING}</p></article></body></html>"
    )
    (article,) = load(path, tmp_path, report=lambda _: None)
    start = article.text.index(OPENING) + len(OPENING)
    return " ".join(article.text[start : article.text.index(ENDING)].split())


@pytest.mark.parametrize(
    "tag",
    "abbr acronym b bdi bdo big button cite code data dfn em font i ins kbd label mark meter output ruby s samp small span "
    "strong time tt u var".split(),
)
def test_inline_elements_keep_their_words_in_order(tmp_path: Path, tag: str) -> None:
    text = page(
        tmp_path,
        f"<p>The pier opens <{tag}>on 9 September</{tag}>, the office said, and stays open.</p>",
    )
    assert text == "The pier opens on 9 September, the office said, and stays open."


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("holds 10<sup>9</sup> litres", "holds 10⁹ litres"),
        ("is 300 m<sup>2</sup> large", "is 300 m² large"),
        ("costs 4<sup>1</sup>/<sub>2</sub> million", "costs 4½ million"),
        ("costs 4<sup>3</sup>&frasl;<sub>17</sub> million", "costs 4 3/17 million"),
        ("on the 5<sup>th</sup> of May", "on the 5th of May"),
        ("drinks H<sub>2</sub>O daily", "drinks H₂O daily"),
        ("of 10<sup>-3</sup> grams", "of 10⁻³ grams"),
        ("is 10<sup>1<sup>2</sup></sup> large", "is 10¹² large"),
        ('cost <input value="4.2"> million', "cost 4.2 million"),
        (
            "said <q>it will cost 4.2 million</q> and left",
            "said “it will cost 4.2 million” and left",
        ),
    ],
)
def test_numbers_and_marks_stay_what_they_are(tmp_path: Path, written: str, text: str) -> None:
    assert (
        page(tmp_path, f"<p>The lake {written}, they said.</p>") == f"The lake {text}, they said."
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>It opens <!-- ad -->on 9 <!-- x -->May.</p>", "It opens on 9 May."),
        (
            "<figure><img src='a'><figcaption>The pier in May.</figcaption></figure>",
            "The pier in May.",
        ),
        ("<address>4 Mill Lane, Vell</address>", "4 Mill Lane, Vell"),
        ("<center>It opens on 9 May.</center>", "It opens on 9 May."),
        ("It opens on 9 May.<p>It is new.</p>", "It opens on 9 May. It is new."),
        ("<div>It opens on 9 May.</div>", "It opens on 9 May."),
        ("<p>One <em>two<p>three</em> four.</p>", "One two three four."),
        ("<p>It <x-day>opens</x-day> on <blink>9 May</blink>.</p>", "It opens on 9 May."),
        (
            "<p>It opens<span hidden> not</span> now.</p><p hidden>Unseen words.</p>",
            "It opens now.",
        ),
        ("<p>Read more: <a href='/x'>Otters return to it</a></p>", ""),
    ],
)
def test_what_a_reader_sees_comes_in(tmp_path: Path, body: str, text: str) -> None:
    assert page(tmp_path, body) == text


def test_a_notes_number_is_no_part_of_the_sentence(tmp_path: Path) -> None:
    assert (
        page(tmp_path, "<p>Nobody was hurt.<sup>12</sup> It rained.</p>")
        == "Nobody was hurt.[12] It rained."
    )


def dated(tmp_path: Path, head: str = "", body: str = "") -> tuple[str | None, list[str]]:
    path, told = tmp_path / "page.html", list[ArticleError]()
    path.write_text(
        f"<html><head><title>Pier</title>{head}</head><body><h1>Pier</h1><p>{OPENING}</p>{body}<p>{ENDING}</p></body></html>"
    )
    (article,) = load(path, tmp_path, report=told.append)
    return article.published, [str(one) for one in told]


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2025-10-17T03:30:00Z">',
        '<meta name="date" content="17 October 2025">',
        '<meta itemprop="datePublished" content="Oct. 17, 2025">',
        '<meta name="dc.date" content="2025/10/17">',
        '<script type="application/ld+json">{"@graph": [{"@type": "X"}, {"datePublished": "2025-10-17T23:30:00-05:00"}]}</script>',
    ],
)
def test_what_a_page_says_of_its_publication_is_taken(tmp_path: Path, head: str) -> None:
    assert dated(tmp_path, head) == ("2025-10-17", [])


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta property="article:modified_time" content="2025-11-20T08:00:00Z">', ""),
        (
            "",
            '<div class="comments">Tom wrote on <time datetime="2026-02-01">1 Feb 2026</time></div>',
        ),
        (
            "",
            '<aside><ul><li><time datetime="2024-01-05">5 Jan 2024</time> Old story</li></ul></aside>',
        ),
        (
            "",
            "<p>The pier will close on <time datetime='2025-12-24'>24 December</time> for three weeks.</p>",
        ),
        ("", "<footer>© 2011–2023 Coast Wire</footer>"),
        ('<script type="application/ld+json">{"broken</script>', ""),
    ],
)
def test_other_dates_on_it_are_not_its_own(tmp_path: Path, head: str, body: str) -> None:
    assert dated(tmp_path, head, body)[0] is None


def test_a_date_with_two_readings_is_unknown_and_named(tmp_path: Path) -> None:
    published, told = dated(tmp_path, '<meta name="date" content="04/03/2025">')
    assert published is None
    assert "'04/03/2025'" in told[0]


def entries(tmp_path: Path, items: str) -> list[Article]:
    path = tmp_path / "feed.xml"
    path.write_text(f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>')
    return list(load(path, tmp_path))


def item(description: str = "Words.", **fields: str) -> str:
    rest = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<item><title>Pier</title>{rest}<description><![CDATA[{description}]]></description></item>"


@pytest.mark.parametrize(
    "tag", "td th dt dd figcaption pre section article div li p h2 blockquote caption".split()
)
def test_blocks_of_a_feed_are_apart(tmp_path: Path, tag: str) -> None:
    (article,) = entries(tmp_path, item(f"<{tag}>Orren</{tag}><{tag}>14</{tag}>"))
    assert article.text.split() == ["Orren", "14"]


def test_what_was_escaped_twice_is_text(tmp_path: Path) -> None:
    (article,) = entries(tmp_path, item("&lt;p&gt;The ferry &amp;amp; the pier.&lt;/p&gt;"))
    assert article.text == "The ferry & the pier."
    (article,) = entries(tmp_path, item("Prices fell &lt;5% and rose &gt;3% at AT&amp;T."))
    assert article.text == "Prices fell <5% and rose >3% at AT&T."


def test_entries_that_share_a_link_are_all_kept(tmp_path: Path) -> None:
    link = "https://x.example/live"
    some = entries(
        tmp_path,
        item("One.", link=link, guid="a1")
        + item("Two.", link=link, guid="a2")
        + item("Three.", link=link),
    )
    assert [(one.id, one.text) for one in some] == [
        ("a1", "One."),
        ("a2", "Two."),
        (f"{link}#3", "Three."),
    ]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Mon, 04 Mar 2019 22:30:00 -0800", "2019-03-04"),
        ("Tue, 05 Mar 2019 06:30:00 +0900", "2019-03-05"),
        ("Thu, 03 Sep 15 00:01:01 +0200", "2015-09-03"),
        ("2025-10-17T23:30:00-05:00", "2025-10-17"),
    ],
)
def test_a_feeds_day_is_that_of_the_zone_it_is_written_in(
    tmp_path: Path, written: str, day: str
) -> None:
    (article,) = entries(tmp_path, item(pubDate=written))
    assert article.published == day


@pytest.mark.parametrize(
    "written",
    [
        "Oct. 17, 2025",
        "Friday, October 17, 2025",
        "17th October 2025",
        "2025/10/17",
        "17-Oct-2025",
        "10/17/2025",
        "17/10/2025",
        "1760659200",
        "1760659200000",
        "2025-10-17 23:59 -0800",
        "20251017",
    ],
)
def test_one_date_is_read_alike_everywhere(tmp_path: Path, written: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "Words.", "published": written}))
    (article,) = load(tmp_path / "a.jsonl", tmp_path)
    assert article.published == "2025-10-17"


def whole(tmp_path: Path, body: str, head: str = "") -> Article:
    path = tmp_path / "whole.html"
    path.write_text(f"<html><head>{head}</head><body>{body}</body></html>")
    (article,) = load(path, tmp_path, report=lambda _: None)
    return article


NAVIGATION = "<a href='/'>Home</a> <a href='/n'>News</a> <a href='/s'>Sport</a>"


@pytest.mark.parametrize(
    "table",
    [
        f"<table><tr><td>{NAVIGATION}</td><td><h1>Pier</h1>BODY</td></tr></table>",
        f"<table role='presentation'><tr><td>{NAVIGATION}</td><td>BODY</td></tr></table>",
        f"<table><tr><td colspan=2>{NAVIGATION}</td></tr><tr><td>BODY</td></tr></table>",
        f"<table><tr><td>{NAVIGATION}</td><td><table><tr><td>BODY</td></tr></table></td></tr></table>",
    ],
)
def test_a_table_that_places_a_page_is_no_text(tmp_path: Path, table: str) -> None:
    body = f"<p>{OPENING}</p><p>{ENDING} It will meet again.</p><p>{ENDING}</p>"
    article = whole(tmp_path, table.replace("BODY", body), "<title>Pier</title>")
    assert article.text.removeprefix("Pier\n\n").startswith(OPENING)
    assert "Sport" not in article.text


@pytest.mark.parametrize("cell", ["Orren", "<p>Orren</p>"])
def test_a_table_of_figures_stays(tmp_path: Path, cell: str) -> None:
    rows = f"<tr><td>{cell}</td><td>14 million</td></tr><tr><td>Tarn</td><td>4 million</td></tr>"
    assert "| Orren | 14 million |" in page(tmp_path, f"<table>{rows}</table>")


@pytest.mark.parametrize("inside", ["{}", '{{"@graph": [{}]}}', "[{}]"])
def test_a_live_page_has_its_own_title(tmp_path: Path, inside: str) -> None:
    updates = [
        {"@type": "BlogPosting", "headline": "Mayor leaves", "datePublished": "2026-03-03"},
        {"@type": "BlogPosting", "headline": "Talks begin", "datePublished": "2026-03-02"},
    ]
    live = {"@type": "LiveBlogPosting", "liveBlogUpdate": updates, "headline": "Talks: live"}
    script = inside.format(json.dumps({"@context": "https://schema.org"} | live))
    head = f"<title>Talks: live</title><script type='application/ld+json'>{script}</script>"
    body = f"<h1>Talks: live</h1><h2>Mayor leaves</h2><p>{OPENING}</p><h2>Talks begin</h2><p>{ENDING}</p>"
    article = whole(tmp_path, f"<article>{body}</article>", head)
    assert (article.title, article.published) == ("Talks: live", None)

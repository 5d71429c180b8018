"""The articles as the right side lists them: rows by title, outlet and date, over time, and what
became of added files."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from index.records import Article
from ui.html import EMPTY, attribute, button, byline, data, foreign, html, joined
from ui.texts import ENGLISH, Texts
from ui.uploads import COLUMNS

BARS = 31  # of the timeline at most: as many as a telephone has room for
PERIODS = (10, 7, 4)  # letters of an ISO date that name a day, a month, a year


@dataclass(frozen=True)
class Listed:
    """What there is to list: the newest `articles` of `total`, how many of these have no date, how
    many were published on each ISO day, and how many samples are in the index."""

    articles: Sequence[Article]
    total: int
    undated: int
    days: Mapping[str, int]
    seeds: int = 0


@dataclass(frozen=True)
class Catalogue:
    """The list's HTML, our own texts in one language."""

    say: Texts = ENGLISH

    def head(self) -> str:
        """Above the list: its name and how to add articles."""
        say = self.say
        parts = [
            html("<h2>{}</h2>", say.articles_head),
            chooser(say.add_files),
            chooser(say.add_folder, folder=True),
            button("close", say.close),
            html('<label class="fn-help fn-keep"><input type="checkbox"> {}</label>', say.keep_old),
        ]
        return str(
            html('<div class="fn-list-head" lang="{}">{}</div>', say.language, joined(parts))
        )

    def listing(self, listed: Listed) -> str:
        """How many there are, the timeline, and a row for each article that opens it."""
        say = self.say
        parts = [html('<p class="fn-help" role="status">{}</p>', self._counted(listed))]
        if listed.seeds:
            parts.append(button("unseed", say.remove_seeds.format(listed.seeds)))
        parts.append(self._timeline(listed.days))
        rows = [self._row(article) for article in listed.articles]
        parts.append(html('<ol class="fn-rows">{}</ol>', joined(rows)))
        if listed.total > len(listed.articles):
            more = say.more.format(len(listed.articles))
            parts.append(html('<p class="fn-help">{}</p>', more))
        pattern = '<section class="fn-list" lang="{}" aria-label="{}">{}</section>'
        return str(html(pattern, say.language, say.articles_head, joined(parts)))

    def _counted(self, listed: Listed) -> str:
        if not listed.total:
            return self.say.none_listed
        count = self.say.count(listed.total)
        return count + (f" · {self.say.undated.format(listed.undated)}" if listed.undated else "")

    def _row(self, article: Article) -> Markup:
        pattern = (
            '<li><button type="button" class="fn-row"{}><span>{}'
            '<small class="fn-by">{}</small></span></button></li>'
        )
        place = data(do="open", article=article.id)
        return html(pattern, place, foreign(article.title), byline(self.say, article))

    def _timeline(self, days: Mapping[str, int]) -> Markup:
        """A bar for each day, month or year, the finest that fits; choosing one limits the search
        to it."""
        periods = _periods(days)
        if len(periods) < 2:
            return EMPTY
        highest = max(periods.values())
        pattern = (
            '<li><button type="button" class="fn-column" aria-label="{}"{}>'
            '<svg viewBox="0 0 1 100" preserveAspectRatio="none" aria-hidden="true">'
            '<rect width="1" y="{}" height="{}"></rect></svg></button></li>'
        )
        bars = []
        for period, number in periods.items():
            height = max(4, round(100 * number / highest))
            told = attribute(f"{self.say.period(period)}: {self.say.count(number)}")
            chosen = data(do="period", period=period, tip=told)
            bars.append(html(pattern, told, chosen, 100 - height, height))
        first, *_, last = periods
        ends = html(
            '<p class="fn-help fn-ends" aria-hidden="true"><span>{}</span><span>{}</span></p>',
            self.say.period(first),
            self.say.period(last),
        )
        pattern = '<ol class="fn-timeline" aria-label="{}">{}</ol>{}'
        return html(pattern, self.say.timeline, joined(bars), ends)

    def outcomes(self, rows: Sequence[tuple[str, str]], taking: str | None = None) -> str:
        """What became of each file, and which one is being taken now."""
        if taking is not None:
            rows = [*rows, (taking, self.say.taking)]
        pattern = "<li><b><bdi>{}</bdi></b> <span>{}</span></li>"
        items = joined(html(pattern, name, outcome) for name, outcome in rows)
        if not rows:
            return ""
        return str(html('<ul class="fn-outcomes" aria-live="polite">{}</ul>', items))

    def columns(self, names: Sequence[str], tables: Sequence[Mapping[str, str]]) -> str:
        """Which of a table's columns holds what, for the tables (`name` and `path` of each) that
        were not understood."""
        if not tables:
            return ""
        choices = joined(html("<option>{}</option>", name) for name in ("", *names))
        pattern = '<label>{}<select name="{}">{}</select></label>'
        boxes = [
            html(pattern, getattr(self.say, asks), field, choices)
            for field, asks in COLUMNS.items()
        ]
        read = button("columns", self.say.read_table, files=json.dumps(tables))
        return str(html('<div class="fn-columns">{}{}</div>', joined(boxes), read))

    def welcome(self, examples: Sequence[str]) -> str:
        """The page before the first question: what to do here, and questions that are known to be
        answered."""
        say = self.say
        rows = [html("<li>{}</li>", button("ask", asked, question=asked)) for asked in examples]
        pattern = (
            '<section class="fn-welcome" lang="{}"><h2>{}</h2>'
            '<p class="fn-lead">{}</p><ul class="fn-examples">'
            "{}</ul></section>"
        )
        return str(html(pattern, say.language, say.welcome, say.welcome_help, joined(rows)))

    def empty(self, sample: bool) -> str:
        """The page over no articles: three ways to have some; `sample` when the sample is at
        hand."""
        say = self.say
        ways = [
            html("<li>{} {}</li>", chooser(say.drop_files), chooser(say.drop_folder, folder=True)),
            html("<li>{} <code>footnote ingest my-articles/</code></li>", say.in_terminal),
        ]
        if sample:
            ways.append(html("<li>{}</li>", button("sample", say.try_sample)))
        pattern = (
            '<section class="fn-welcome fn-start" lang="{}"><h2>{}</h2>'
            '<p class="fn-lead">{}</p><ul>{}</ul></section>'
        )
        return str(html(pattern, say.language, say.start_head, say.start_help, joined(ways)))


def chooser(text: object, *, folder: bool = False) -> Markup:
    """A button that chooses files, or a whole folder, on the reader's own machine."""
    pattern = '<label class="fn-button fn-choose">{}<input type="file" multiple{}></label>'
    return html(pattern, text, Markup(" webkitdirectory") if folder else EMPTY)


def _periods(days: Mapping[str, int]) -> dict[str, int]:
    """The counts by day, month or year, in order: the finest that gives no more than BARS."""
    counts: Counter[str] = Counter()
    for letters in PERIODS:
        counts = Counter()
        for day, number in days.items():
            counts[day[:letters]] += number
        if len(counts) <= BARS:
            break
    latest = sorted(counts)[-BARS:]
    return {period: counts[period] for period in latest}

"""An article as a small page of its own, with one sentence marked: an address to share, without the
chat's scripts."""

import re

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, Response

from index.index import Index
from index.records import Article, Filters
from qa.endpoint.reach import reach, sees
from qa.endpoint.service import Service
from ui import texts
from ui.html import html
from ui.panel import Panel

SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")  # 1042-1232
PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>:root {{ color-scheme: light dark }}
body {{ font: 1.1em/1.6 Georgia, serif; max-width: 38em; margin: 2em auto; padding: 0 1em }}
.fn-by {{ opacity: .75 }} mark {{ padding: .1em; scroll-margin: 30vh }}</style>
<body><main>{note}{article}</main></html>"""


def add_article_pages(app: FastAPI, service: Service) -> None:
    """`/a/{id}?s=start-end` on the app, behind the same gate as everything else."""

    @app.api_route("/a/{article_id:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def article_page(request: Request, article_id: str, s: str = "") -> Response:
        bounds, index = reach(request.state), service.pipeline.index
        article, mark = await service.reads.run(found, index, bounds, article_id, s)
        show = Panel(texts.of(request))
        if article is None:
            return HTMLResponse(page(show, texts.NAME, note=show.say.gone), 404)
        lost = bool(s) and mark is None
        body = show.reading(article, {"focus": mark} if mark else {})
        return HTMLResponse(page(show, article.title, body, show.say.changed if lost else ""))


def found(
    index: Index, bounds: Filters, article_id: str, place: str
) -> tuple[Article | None, tuple[int, int] | None]:
    """The article, if it is within the bounds, and what to mark: None where its sentences do not
    begin and end at the place, as after a change."""
    article = index.article(article_id)
    if article and not sees(bounds, article):
        return None, None
    span = SPAN.fullmatch(place)
    if article is None or span is None:
        return article, None
    start, end = int(span[1]), int(span[2])
    sentences = index.sentences(article_id)
    whole = any(one.start == start for one in sentences) and any(
        one.end == end for one in sentences
    )
    return article, (start, end) if whole and start < end else None


def page(show: Panel, title: str, article: object = "", note: str = "") -> str:
    """The HTML; everything in it is escaped as it is put in."""
    told = html('<p role="status">{}</p>', note) if note else ""
    named = {"language": show.say.language, "title": title, "note": told, "article": article}
    return str(html(PAGE, **named))

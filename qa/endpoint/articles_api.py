"""Articles over HTTP: paged lists, one article with its sentences, idempotent writes through the
index's ingestion."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request
from pydantic_core import PydanticCustomError
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import JSONResponse, Response

from index.articles import ArticleError, make_article
from index.records import Article, Filters
from qa.endpoint.article_schemas import (
    ArticleFull,
    ArticleLine,
    ArticlePage,
    ArticlesWrite,
    ArticleWrite,
    WriteReport,
)
from qa.endpoint.problems import problem
from qa.endpoint.reach import check_owned, reach, sees, shown, writable
from qa.endpoint.schemas import ERRORS, Day, Text, in_order
from qa.endpoint.service import Service


class Anything(Convertor[str]):
    """Starlette's `path` without its gap: an id with a line break is an id too, a wrong one."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("any", Anything())
Tag = Annotated[str | None, Header(description="An ETag, or *.")]


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["Articles"], responses=ERRORS)
    add_reads(router, service)
    add_writes(router, service)
    return router


def add_reads(router: APIRouter, service: Service) -> None:
    index = service.pipeline.index

    @router.get("/v1/articles", operation_id="list_articles", response_model=ArticlePage)
    async def list_articles(  # one for each filter  # noqa: PLR0913, PLR0917
        request: Request,
        source: Annotated[list[Text], Query(max_length=100, default_factory=list)],
        collection: Annotated[list[Text], Query(max_length=100, default_factory=list)],
        author: Annotated[list[Text], Query(max_length=100, default_factory=list)],
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        published_after: Day | None = None,
        published_before: Day | None = None,
    ) -> Any:
        """The articles in a steady order, `limit` at a time; `next` is the address of the following
        page."""
        try:
            in_order(published_after, published_before)
        except PydanticCustomError as error:
            raise problem(422, error.type, error.message(), "published_after") from None
        within = reach(request.state).within
        filters = Filters(
            published_after,
            published_before,
            tuple(source),
            tuple(collection),
            within,
            tuple(author),
        )

        def read() -> tuple[list[Article], int]:
            return index.articles(limit + 1, offset, filters), index.count(filters)

        found, total = await service.reads.run(read)
        query: dict[str, Any] = {"limit": limit, "offset": offset + limit, "source": source}
        query |= {"collection": collection, "author": author}
        query |= {"published_after": published_after, "published_before": published_before}
        following = urlencode(
            {name: value for name, value in query.items() if value is not None}, doseq=True
        )
        root = request.scope["root_path"]
        seen = [shown(filters, article) for article in found[:limit]]
        lines = [ArticleLine.model_validate(article, from_attributes=True) for article in seen]
        return ArticlePage(
            articles=lines,
            total=total,
            next=f"{root}/v1/articles?{following}" if len(found) > limit else None,
        )

    @router.get(
        "/v1/articles/{article_id:any}",
        operation_id="get_article",
        response_model=ArticleFull,
        responses={304: {"description": "Unchanged"}},
    )
    async def get_article(article_id: str, request: Request, if_none_match: Tag = None) -> Response:
        """Text and sentences; the ETag is the hash of what is indexed."""
        bounds = reach(request.state)

        def read() -> dict[str, Any] | None:
            article = index.article(article_id)
            if article is None or not sees(bounds, article):
                return None
            sentences = [asdict(one) for one in index.sentences(article_id)]
            near = index.near(article_id, bounds)
            return asdict(shown(bounds, article)) | {"sentences": sentences, "near": near}

        article = await service.reads.run(read)
        if article is None:
            raise missing(article_id)
        tag = {"ETag": f'"{article["hash"]}"'}
        unchanged = names(if_none_match, article["hash"])
        return (
            Response(status_code=304, headers=tag)
            if unchanged
            else JSONResponse(article, headers=tag)
        )


def add_writes(router: APIRouter, service: Service) -> None:
    index = service.pipeline.index

    @router.post("/v1/articles", operation_id="add_articles", response_model=WriteReport)
    async def add_articles(body: ArticlesWrite, request: Request) -> Any:
        """Add or replace up to 1,000 articles; sending the same again changes nothing."""
        bounds = reach(request.state)
        articles = [made(item, item.id) for item in body.articles]
        return await service.writes.run(ingest, articles, bounds)

    @router.put(
        "/v1/articles/{article_id:any}",
        operation_id="put_article",
        responses={201: {"model": WriteReport}},
        response_model=WriteReport,
    )
    async def put_article(
        article_id: str,
        body: ArticleWrite,
        request: Request,
        if_match: Tag = None,
        if_none_match: Tag = None,
    ) -> Response:
        """Write one article under this id; `If-Match` only over that version, `If-None-Match: *`
        only a new one."""
        article, bounds = made(body, article_id), reach(request.state)
        if isinstance(article, ArticleError):
            raise problem(422, "bad_article", str(article))

        def write() -> tuple[WriteReport, Article]:
            with index.alone():
                held = index.article(article_id)
                if held:
                    check_owned(bounds, held)
                guard(held, if_match, if_none_match)
                report = ingest([article], bounds)
                return report, index.article(article_id) or article

        report, stored = await service.writes.run(write)
        return JSONResponse(
            report.model_dump(), 201 if report.added else 200, {"ETag": f'"{stored.hash}"'}
        )

    @router.delete("/v1/articles/{article_id:any}", operation_id="delete_article", status_code=204)
    async def delete_article(article_id: str, request: Request, if_match: Tag = None) -> Response:
        """Remove one article; 404 when there is none."""
        bounds = reach(request.state)

        def write() -> int:
            with index.alone():
                article = index.article(article_id)
                if article and not sees(bounds, article):
                    return 0
                guard(article, if_match, None)
                if article:
                    check_owned(bounds, article)
                return int(index.remove([article_id]))

        if not await service.writes.run(write):
            raise missing(article_id)
        return Response(status_code=204)

    def ingest(articles: Sequence[Article | ArticleError], bounds: Filters) -> WriteReport:
        with index.alone():
            placed = [
                writable(index, bounds, one) if isinstance(one, Article) else one
                for one in articles
            ]
            report = index.ingest(placed, held=bounds)
        if report.failed and len(articles) == 1:
            raise problem(422, "bad_article", report.failed[0])
        ids = [article.id for article in articles if isinstance(article, Article)]
        return WriteReport.model_validate({"ids": ids, **asdict(report)})


def made(item: ArticleWrite, article_id: str | None) -> Article | ArticleError:
    """The article, or why it cannot be one, which ingestion reports as failed."""
    try:
        article = make_article(**item.model_dump(exclude={"id"}), id=article_id)
    except ArticleError as error:
        return error
    if article_id in (None, article.id):
        return article
    return ArticleError(
        article.id, f"the id {article_id!r} cannot be stored as it is; write {article.id!r}"
    )


def names(header: str | None, tag: str) -> bool:
    """Whether a list of ETags, or `*`, names this one; a proxy that compresses may have put `W/`
    before it."""
    parts = (header or "").split(",")
    return any(part.strip().removeprefix("W/").strip('"') in ("*", tag) for part in parts)


def guard(article: Article | None, if_match: str | None, if_none_match: str | None) -> None:
    held = article.hash if article else None
    if if_match is not None and (held is None or not names(if_match, held)):
        raise problem(
            412,
            "changed",
            "the article is not the version that If-Match names; read it again",
            "If-Match",
        )
    if if_none_match is not None and held is not None and names(if_none_match, held):
        raise problem(412, "exists", "the article is there already", "If-None-Match")


def missing(article_id: str) -> Exception:
    return problem(404, "not_found", f"there is no article {article_id!r}")

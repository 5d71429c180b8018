"""The Model Context Protocol: ask, search and read for other people's assistants; nothing here
writes."""

from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException

from index.records import Filters
from qa.endpoint.reach import reach, sees, shown
from qa.endpoint.schemas import ANSWER, SearchRequest
from qa.endpoint.service import Service
from qa.records import Evidence

EVIDENCE: TypeAdapter[list[Evidence]] = TypeAdapter(list[Evidence])
ABOUT = (
    "Questions about a collection of news articles, answered in sentences that cite their exact "
    "source sentence."
)


def create_mcp(service: Service) -> MCPServer[Any]:
    """The server with its three tools; `run("stdio")` serves it on standard input, `create_app`
    mounts it at /mcp."""
    server = MCPServer("Footnote", instructions=ABOUT, log_level="WARNING", subscriptions=False)
    read_only = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    @server.tool(annotations=read_only)
    async def ask(  # one for each filter  # noqa: PLR0913, PLR0917
        question: str,
        published_after: str | None = None,
        published_before: str | None = None,
        sources: list[str] | None = None,
        collections: list[str] | None = None,
        authors: list[str] | None = None,
        *,
        ctx: Context[Any, Any],
    ) -> dict[str, Any]:
        """Answer an English question from the articles, with citations, or say that they do not
        answer it."""
        names = {"sources": sources, "collections": collections, "authors": authors}
        asked = checked(question, published_after, published_before, names)
        options = asked.options(bounds(ctx))
        with_status = await told(service.answer(asked.question, **options))
        return ANSWER.dump_python(with_status, mode="json")  # type: ignore[no-any-return]

    @server.tool(annotations=read_only)
    async def search(  # one for each filter  # noqa: PLR0913, PLR0917
        question: str,
        published_after: str | None = None,
        published_before: str | None = None,
        sources: list[str] | None = None,
        collections: list[str] | None = None,
        authors: list[str] | None = None,
        *,
        ctx: Context[Any, Any],
    ) -> dict[str, Any]:
        """Find the passages nearest to a question, best first, with their offsets in the
        articles."""
        names = {"sources": sources, "collections": collections, "authors": authors}
        asked = checked(question, published_after, published_before, names)
        options = asked.options(bounds(ctx))
        found = await told(service.search(asked.question, **options))
        return {"evidence": EVIDENCE.dump_python(found, mode="json")}

    @server.tool(annotations=read_only)
    async def read_article(article_id: str, *, ctx: Context[Any, Any]) -> dict[str, Any]:
        """The whole text of one article by the id that ask and search return."""
        article = await told(service.reads.run(service.pipeline.index.article, article_id))
        if article is None or not sees(bounds(ctx), article):
            raise ToolError(f"there is no article {article_id!r}")
        names = ("id", "title", "source", "url", "author", "published", "collections", "text")
        seen = shown(bounds(ctx), article)
        return {name: getattr(seen, name) for name in names}

    return server


def bounds(ctx: "Context[Any, Any]") -> Filters:
    """What the key of the HTTP request reaches; on standard input everything."""
    return reach(getattr(ctx.request_context.request, "state", None))


def checked(
    question: str,
    after: str | None,
    before: str | None,
    names: dict[str, list[str] | None],
) -> SearchRequest:
    """The same bounds as over HTTP; raises ToolError with one line for the first thing wrong."""
    try:
        return SearchRequest.model_validate(
            {
                "question": question,
                "published_after": after,
                "published_before": before,
                **{name: chosen or [] for name, chosen in names.items()},
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise ToolError(f"{'.'.join(map(str, first['loc'])) or 'dates'}: {first['msg']}") from None


async def told(work: Any) -> Any:
    """What `work` gives; a refusal for load or time becomes a tool error in words."""
    try:
        return await work
    except HTTPException as error:
        detail: Any = error.detail
        raise ToolError(detail["message"]) from None

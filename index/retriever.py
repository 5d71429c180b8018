"""The search as a retriever of llama-index, for whoever builds on that."""

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.records import Filters, Found
from index.search import Search


class Retriever(BaseRetriever):
    """Each node carries its article's fields and its offsets."""

    def __init__(self, search: Search, k: int = 8, filters: Filters = Filters()) -> None:
        super().__init__()
        self._search, self._k, self._filters = search, k, filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._search.find(query_bundle.query_str, self._k, self._filters)
        return [NodeWithScore(node=_node(one), score=one.score) for one in found]


def _node(found: Found) -> TextNode:
    passage, article = found.passage, found.article
    fields = {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
    }
    return TextNode(
        id_=passage.id,
        text=passage.text,
        metadata=fields,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
    )

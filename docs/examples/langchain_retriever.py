"""Use an onrecord service as a retriever in LangChain.

    pip install langchain-core httpx2
    python langchain_retriever.py "How many Crimean Tatars does Russia hold in its prisons?"

Copy the class into your project; it needs nothing else from this file.
"""

import os
import sys

import httpx2
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever


class OnrecordRetriever(BaseRetriever):
    """Documents that are verbatim quotes; none where the archive does not answer the question."""

    url: str = "http://127.0.0.1:8000"
    top_k: int = 5

    def _get_relevant_documents(self, query: str, *, run_manager: object) -> list[Document]:
        asked = {"question": query, "top_k": self.top_k}
        answer = httpx2.post(f"{self.url}/query", json=asked, timeout=30).raise_for_status().json()
        return [
            Document(
                id=quote["id"],
                page_content=quote["text"],
                metadata={
                    "article": quote["article"]["id"],
                    "title": quote["article"]["title"],
                    "published": quote["article"]["published"],  # None where it is undated
                    "citation": quote["citation"],
                    "start": quote["start"],  # the quote's place in the article's text
                    "end": quote["end"],
                    "score": quote["score"],
                },
            )
            for quote in answer["quotes"]
        ]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    default = os.environ.get("ONRECORD_URL", OnrecordRetriever.model_fields["url"].default)
    retriever = OnrecordRetriever(url=sys.argv[2] if len(sys.argv) > 2 else default)
    for document in retriever.invoke(sys.argv[1]):
        print(document.metadata["citation"])

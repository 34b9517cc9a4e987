"""Who may read an article whole, where its page sets terms of reuse.

Every door that gives an article's whole text asks `require_key` first: the JSON and the page at
`/articles/{id}`, every version, and `fetch` over MCP. On standard input and output there is no
request, and whoever can start the process can read the archive's files.
"""

from __future__ import annotations

from fastapi import HTTPException, Request

from onrecord.index.types import Article
from onrecord.service.http.opened import settings_of

DETAIL = "the article's page sets terms of reuse: a key is needed to read it whole"


def require_key(request: Request, article: Article) -> None:
    """Raise a 401 where the service asks for a key to such an article and none was given."""
    if needs_key(request, article):
        raise HTTPException(401, DETAIL, headers={"WWW-Authenticate": "Bearer"})


def needs_key(request: Request, article: Article) -> bool:
    """Whether the request lacks a key that the article needs; `Gate` has checked those given."""
    if article.terms is None or not settings_of(request).terms_need_keys:
        return False
    return getattr(request.state, "key", None) is None

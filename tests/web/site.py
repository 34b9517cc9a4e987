"""A site that embeds the widget, on an origin of its own and as strict as the README allows."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response


def strict(service: str, *more: str) -> str:
    """The content policy that an embedding page needs, and no wider."""
    needed = ["default-src 'none'", f"script-src {service}", f"connect-src {service}"]
    return "; ".join([*needed, "require-trusted-types-for 'script'", *more])


@dataclass
class Site:
    """Pages by their names; `url` is known once it is served."""

    url: str = ""
    pages: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    def put(self, body: str, *, policy: str | None, html: str = 'lang="en"') -> str:
        """Publish a page; gives its address."""
        name = f"page-{len(self.pages)}"
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        page = f"<!doctype html><html {html}><head>{head}<title>Wiki</title></head>"
        self.pages[name] = f"{page}<body><main><h1>Wiki</h1>{body}</main></body></html>", policy
        return f"{self.url}/{name}"

    def embed(self, service: str, element: str, html: str = 'lang="en"') -> str:
        """Publish a page with the widget of a service, under the strictest policy."""
        script = f'<script type="module" src="{service}/widget.js"></script>'
        return self.put(script + element, policy=strict(service), html=html)

    def app(self) -> FastAPI:
        """The application."""
        app = FastAPI(openapi_url=None)
        app.add_api_route("/{name}", self._page, response_model=None)
        return app

    async def _page(self, name: str) -> Response:
        if name not in self.pages:
            return Response(status_code=404)
        body, policy = self.pages[name]
        return HTMLResponse(body, headers={"Content-Security-Policy": policy} if policy else {})

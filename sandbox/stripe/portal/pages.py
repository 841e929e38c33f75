"""From a template and its facts to a page."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from sandbox.stripe.portal.words import Words

HERE = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action *; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
"""A session's address is a credential: it must not be cached, indexed or sent on."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(
    template: str, words: Words, frame: Mapping[str, Any], *, status: int = 200, **facts: Any
) -> HTMLResponse:
    """Render a page; `words` is `t` in the template, the surroundings are `frame`."""
    text = _environment().get_template(template).render(t=words, frame=frame, **facts)
    return HTMLResponse(text, status, HEADERS)

"""How does a page for people go out?"""

from flask import Flask, Response, render_template
from jinja2 import StrictUndefined

# Nothing runs and nothing styles that does not come from here as a file of its own. Pictures of articles may stand
# anywhere. Source: CSP Level 3.
LOOSE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http: https: data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# And no script of ours makes a piece of page from a text but by one of these. Source: Trusted Types.
POLICY = f"{LOOSE_POLICY}; require-trusted-types-for 'script'; trusted-types rejoinder desk editor"
# ISO 639 codes of languages that are written from right to left.
_RIGHT_TO_LEFT = frozenset("ar arc ckb dv fa ha-arab he ku-arab nqo ps sd syr ug ur uz-arab yi".split())


def page(template: str, *, status: int = 200, language: str, **shown: object) -> Response:
    """A page from a template, in the language that its own words have."""
    response = Response(
        render_template(template, language=language, **shown), status, content_type="text/html; charset=utf-8"
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Language"] = language
    return response


def direction_of(language: str) -> str:
    """`rtl` or `ltr`, for a language tag."""
    tag = language.lower()
    return "rtl" if tag in _RIGHT_TO_LEFT or tag.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def init_app(app: Flask) -> None:
    """Let templates fail loudly over a name that they are not given."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["direction_of"] = direction_of

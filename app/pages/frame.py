"""What does every page of ours share?"""

from flask import Response, request

from app import config
from app.comments.texts import language_for
from app.ground import html
from app.pages.words import Words


def language_of_reader() -> str:
    """The language of LANGUAGES in which a page speaks to who asks."""
    return language_for(request.headers.get("Accept-Language"))


def absolute(url: str) -> str:
    """A URL of ours behind the site's own address, unless it has one."""
    return url if "://" in url else f"{config.current().site_url}{url}"


def page(template: str, *, language: str, status: int = 200, **shown: object) -> Response:
    """A page in the frame, which is another for who reads another language."""
    words = {"say": Words(language), "site": config.current().site_name, "here": request.path}
    response = html.page(template, status=status, language=language, **(words | shown))
    response.vary.add("Accept-Language")
    return response

"""Are answers kept by what they are about, within their room?"""

from app.ground.kept import Answer, Answers

VARIES = [("Vary", "Accept-Language")]


def _answer(topic: str, *, headers: list[tuple[str, str]]) -> Answer:
    return Answer(b"x", '"x"', headers, frozenset({topic}), None, "/pages")


def test_pages_in_several_languages_are_found_however_many_they_are() -> None:
    kept = Answers(100_000_000)
    pages = [("http", f"/articles/{number}", "") for number in range(3_000)]
    for page in pages:
        for language in ("en", "ko"):
            kept.keep((*page, language), _answer("a", headers=VARIES))
    assert all(page in kept.multilingual and kept.find((*page, "en")) for page in pages)


def test_a_page_is_known_to_have_languages_as_long_as_one_of_them_is_kept() -> None:
    kept, page = Answers(1_000_000), ("http", "/articles/tides", "")
    kept.keep((*page, "en"), _answer("article-1", headers=VARIES))
    kept.keep((*page, "en"), _answer("article-1", headers=VARIES))
    kept.keep((*page, "ko"), _answer("form", headers=VARIES))
    kept.drop(["article-1"])
    assert page in kept.multilingual
    kept.drop(["form"])
    assert page not in kept.multilingual
    assert kept.taken == 0

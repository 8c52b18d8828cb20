"""Are answers kept by what they are about, within their room?"""

from app.ground.kept import Answer, Answers

VARIES = [("Vary", "Accept-Language")]


def _answer(topic: str, *, headers: list[tuple[str, str]] | None = None, body: bytes = b"x") -> Answer:
    return Answer(body, '"x"', headers or [], frozenset({topic}), None, "/pages")


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


def test_one_that_is_larger_than_all_the_room_pushes_nothing_out() -> None:
    kept = Answers(20_000)
    kept.keep(("small",), _answer("a"))
    kept.keep(("large",), _answer("b", body=b"x" * 30_000))
    assert kept.find(("small",)) is not None
    assert kept.find(("large",)) is None


def test_every_form_of_an_answer_takes_room() -> None:
    kept, answer = Answers(1_000_000), _answer("a", body=bytes(range(256)) * 100)
    kept.keep(("page",), answer)
    plain = kept.taken
    for coding in ("gzip", "br"):
        before, form = kept.taken, answer.form(coding)
        kept.keep(("page",), answer)
        assert kept.taken - before >= len(form.body[0]) > 100
    kept.drop(["a"])
    assert (kept.taken, len(kept)) == (0, 0)
    assert plain > len(answer.body)


def test_what_was_asked_for_since_outlives_what_was_not() -> None:
    kept = Answers(20_000)
    kept.keep(("read",), _answer("a"))
    for number in range(200):
        kept.keep((f"crawled {number}",), _answer("a"))
        if number % 3 == 0:
            kept.find(("read",))
    assert kept.find(("read",)) is not None
    assert kept.find(("crawled 0",)) is None


def test_a_topic_is_forgotten_with_the_last_answer_about_it() -> None:
    kept = Answers(20_000)
    for number in range(200):
        kept.keep((f"crawled {number}",), _answer(f"article-{number}"))
    assert len(kept._by_topic) == len(kept) < 20

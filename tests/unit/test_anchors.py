"""Are anchors readable in every script, and safe in a URL?"""

import pytest

from app.articles.anchors import LONGEST, FreeAnchors, anchor_wished, slug_of


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Old nets", "old-nets"),
        ("  Old -- nets!  ", "old-nets"),
        ("It's the baker’s", "its-the-bakers"),
        ("Größe & Straße", "größe-straße"),
        ("새벽 어시장", "새벽-어시장"),
        ("\u1100\u1161\u11a8", "각"),
        ("青い瓶", "青い瓶"),
        ("窑火：三天", "窑火-三天"),
        ("ДО СВИДАНИЯ", "до-свидания"),
        ("البئر القديمة", "البئر-القديمة"),
        ("می\u200cخواهم", "میخواهم"),
        ("हिन्दी में", "हिन्दी-में"),
        ("ภาษาไทย", "ภาษาไทย"),
        ("e\u0301te\u0301", "été"),
        ("1.2 Results (2024)", "1-2-results-2024"),
        ("a\u202eb", "ab"),
        ("🌊", ""),
        ("???", ""),
        ("", ""),
        ("a/b?c#d%20", "a-b-c-d-20"),
    ],
)
def test_a_slug_keeps_the_letters_of_every_script(text: str, slug: str) -> None:
    assert slug_of(text) == slug


def test_a_long_slug_ends_after_a_whole_word() -> None:
    assert slug_of("word " * 40) == "-".join(["word"] * 16)


@pytest.mark.parametrize("text", ["어" * 200, "a " + "x" * 200])
def test_a_long_slug_of_long_words_is_cut(text: str) -> None:
    assert len(slug_of(text)) == LONGEST


@pytest.mark.parametrize(
    ("written", "anchor"),
    [
        ("Sea_Tide.1:a", "Sea_Tide.1:a"),
        ("바다", "바다"),
        ("a b/c?d#e", "a-b-c-d-e"),
        ("  ", ""),
        ("x" * 200, "x" * LONGEST),
        ("comments", ""),
        ("rj-author_name-error", ""),
        ("comments-and-more", "comments-and-more"),
    ],
)
def test_a_wished_anchor_stays_as_written_but_for_what_urls_take(written: str, anchor: str) -> None:
    assert anchor_wished(written) == anchor


def test_a_name_that_is_taken_gets_the_next_free_number() -> None:
    free = FreeAnchors({"chips", "chips-2"})
    assert [free.take("chips"), free.take("fish"), free.take("chips")] == ["chips-3", "fish", "chips-4"]


@pytest.mark.parametrize("name", ["comments", "respond", "main", "comment-12", "comments-title", "rj-content"])
def test_what_the_page_calls_its_own_places_is_never_given_out(name: str) -> None:
    free = FreeAnchors(())
    assert [free.take(name), free.take(name)] == [f"{name}-2", f"{name}-3"]

"""Does the plain text of a copied page become the article it was?"""

import re
import textwrap
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.articles.importing import Found, ImportedPage, PageFormat, UnreadablePage, read_page

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
OBSERVATORIES = (PAGES / "observatories.txt").read_text()
BLOCKS = OBSERVATORIES.split("\n\n")
CATEGORIES, TITLE, ARTICLE, FORM = BLOCKS[0], BLOCKS[1], BLOCKS[2:-2], BLOCKS[-2:]
HEADINGS = ["One workshop for four mirrors", "A common shelf for spare parts", "Apprentices on the night ferry"]
FORM_WORDS = re.compile(
    r"leave a reply|will not be published|required fields|kommentar|댓글|필수|commentaire|تعليق", re.I
)


def read(text: str, *, known: tuple[str, ...] = (), categories: tuple[str, ...] = ()) -> ImportedPage:
    return read_page(text, format=PageFormat.PLAIN, known_categories=known, categories=categories)


def found(page: ImportedPage, what: Found) -> list[str]:
    return [finding.text for finding in page.findings if finding.what is what]


def elements(page: ImportedPage) -> list[str]:
    """The names of the body's elements, in order."""
    return re.findall(r"^<(h2|p|figure)>", page.body, re.M)


def copied(*blocks: str) -> str:
    return "\n\n".join(blocks)


SHAPE = ["p", *["h2", "p", "p", "p", "figure"], *["h2", "p", "p", "p"], *["h2", "p", "p", "p", "p"]]
COPIES = {
    "as it is": OBSERVATORIES,
    "with CRLF and a byte order mark": "\ufeff" + OBSERVATORIES.replace("\n", "\r\n"),
    "with CR alone": OBSERVATORIES.replace("\n", "\r"),
    "without blank lines": OBSERVATORIES.replace("\n\n", "\n"),
    "wrapped at 66 columns": copied(*(textwrap.fill(block, 66) for block in BLOCKS)),
    "wrapped, without blank lines": "\n".join(textwrap.fill(block, 66) for block in BLOCKS),
    "with no-break spaces in blank lines": OBSERVATORIES.replace("\n\n", " \u00a0\n\u00a0 \n"),
    "with white space at the ends of lines": OBSERVATORIES.replace("\n", " \t\u00a0\n"),
    "with indented lines": copied(*("    " + block for block in BLOCKS)),
    "with form feeds": OBSERVATORIES.replace("\n\n", "\n\f"),
    "with line separators": OBSERVATORIES.replace("\n\n", "\u2028"),
    "with zero-width spaces around lines": copied(*(f"\u200b{block}\ufeff" for block in BLOCKS)),
    "with three blank lines": OBSERVATORIES.replace("\n\n", "\n\n\n\n"),
    "with the form glued to the last sentence": copied(CATEGORIES, TITLE, *ARTICLE) + "".join(FORM),
    "with only the form's heading glued on": copied(CATEGORIES, TITLE, *ARTICLE) + " Leave a Reply",
    "with the form on one line": copied(
        *BLOCKS[:-2],
        f"{FORM[0]}{FORM[1]}Comment * Name * Email * Website Save my name, email, and website in this browser "
        "for the next time I comment.Post Comment",
    ),
    "with every word of the form": copied(
        *BLOCKS,
        "Comment *\nName *\nEmail *\nWebsite",
        "Save my name, email, and website in this browser for the next time I comment.",
        "Post Comment",
        "© The Two Islands, a newspaper that has appeared every second Tuesday since anybody remembers.",
    ),
    "with links above and below": copied(
        "Skip to content\nMenu\nHome\nSearch",
        *BLOCKS[:2],
        "3 Comments\n4 min read",
        *ARTICLE,
        "Share this:\nTwitter\nFacebook",
        "Like this:\nLike Loading...",
        'Related\nThe harp goes by boat\nJune 3, 2023\nIn "News"',
        "Previous: The harp goes by boat\nNext: What the bunk by the window costs",
        *FORM,
    ),
    "with readers' comments": copied(
        *BLOCKS[:-2],
        f"2 thoughts on “{TITLE}”",
        "Runa says:\nJuly 6, 2023 at 10:00 am",
        "I carried one of the crates, and it was lighter than my grandmother's sewing machine. Thank you.",
        "Reply",
        *FORM,
    ),
    "with Markdown's marks on the headings": "\n".join(
        f"## {line}" if line in HEADINGS else line for line in OBSERVATORIES.split("\n")
    ),
}


@pytest.mark.parametrize("text", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("known", [(), ("Science", "News", "Sport")], ids=["no names known", "names known"])
def test_however_a_page_was_copied_its_structure_is_found(text: str, known: tuple[str, ...]) -> None:
    page = read(text, known=known)
    assert page.title == TITLE
    assert page.categories == ("News", "Science")
    assert found(page, Found.HEADING) == HEADINGS
    assert found(page, Found.LEAD) == [ARTICLE[0]]
    assert elements(page) == SHAPE
    assert not FORM_WORDS.search(page.body)


def test_the_repeated_title_is_a_figure_at_its_place() -> None:
    page = read(OBSERVATORIES)
    before, _, after = page.body.partition(f"<figure><figcaption>{TITLE}</figcaption></figure>")
    assert before.endswith("herself.</p>\n")
    assert after.startswith("\n<h2>A common shelf")


def test_text_is_escaped() -> None:
    page = read('Salt & <b>pepper</b>\n\nA <script> & a "tale", told twice.\n\nSalt & <b>pepper</b>')
    assert page.title == "Salt & <b>pepper</b>"
    assert page.body == (
        '<p>A &lt;script&gt; &amp; a "tale", told twice.</p>\n'
        "<figure><figcaption>Salt &amp; &lt;b&gt;pepper&lt;/b&gt;</figcaption></figure>"
    )


def test_every_finding_names_its_line_in_the_file() -> None:
    lines = OBSERVATORIES.split("\n")
    findings = read(OBSERVATORIES).findings
    assert len(findings) == 9
    assert all(lines[finding.line - 1] == finding.text for finding in findings if finding.line)


@pytest.mark.parametrize(
    ("name", "categories", "headings", "left_out"),
    [
        ("hangeul.txt", ("소식", "과학"), ["거울 네 장을 위한 공방 하나", "밤배를 타는 견습생들"], 8),
        ("deutsch.txt", ("Handwerk",), ["Ein Motor, der niemandem fehlte", "Wer hat den Schlüssel?"], 28),
        ("arabic.txt", ("أخبار", "ثقافة"), ["كتب تعرف طريقها", "ماذا يقرأ الكبار؟"], 2),
        ("francais.txt", ("Culture",), ["Un four qui ne dort pas", "Trois carnets sur l’établi"], 8),
    ],
)
def test_pages_in_other_languages_are_read_alike(
    name: str, categories: tuple[str, ...], headings: list[str], left_out: int
) -> None:
    page = read((PAGES / name).read_text())
    assert page.categories == categories
    assert found(page, Found.HEADING) == headings
    assert len(found(page, Found.LEFT_OUT)) == left_out
    assert not FORM_WORDS.search(page.body)


def test_author_date_and_tags_of_a_copied_page_are_read() -> None:
    page = read((PAGES / "deutsch.txt").read_text())
    assert page.byline == "Jette Odermatt"
    assert page.published_at is not None
    assert page.published_at.isoformat() == "2024-03-14T00:00:00+00:00"
    assert page.tags == ("Uhren", "Ehrenamt")


LEAD = "The two of them agreed at last, after a long evening with very little tea and a map of the coast."
MORE = "Nobody had asked the ferryman, who would have told them that the map was older than his boat."
NOT_THE_FORM = "Leave a Reply"


def test_an_article_about_reply_forms_keeps_its_section_of_that_name() -> None:
    page = read(copied("What a form asks of its reader", LEAD, NOT_THE_FORM, MORE, "The stars", MORE, *FORM))
    assert found(page, Found.HEADING) == [NOT_THE_FORM, "The stars"]
    assert found(page, Found.LEFT_OUT) == FORM


def test_a_form_above_the_article_takes_nothing_else_with_it() -> None:
    page = read(copied(*FORM, "Name *\nEmail *", "The long evening", LEAD, MORE))
    assert page.title == "The long evening"
    assert elements(page) == ["p", "p"]
    assert found(page, Found.LEFT_OUT) == [*FORM, "Name *", "Email *"]


def test_a_sentence_that_ends_with_the_forms_heading_stays() -> None:
    last = "The last button on the page says Leave a Reply"
    assert read(copied("What a form asks of its reader", LEAD, MORE, last)).body.endswith(f"<p>{last}</p>")


def test_share_links_inside_the_text_go_and_the_same_words_elsewhere_stay() -> None:
    page = read(copied("The long evening", "Share this:\nTwitter\nFacebook", LEAD, "Facebook", MORE))
    assert found(page, Found.LEFT_OUT) == ["Share this:", "Twitter", "Facebook"]
    assert found(page, Found.HEADING) == ["Facebook"]


def test_marked_items_of_a_wrapped_text_are_not_joined() -> None:
    items = "- a lamp that burns for one whole night and longer\n- a map\n- bread"
    page = read(copied("The long evening", textwrap.fill(LEAD, 50), textwrap.fill(MORE, 50), items))
    assert page.body == "\n".join(f"<p>{text}</p>" for text in (LEAD, MORE, *items.split("\n")))


def test_a_form_glued_to_a_paragraph_far_above_the_end_takes_only_its_words() -> None:
    page = read(copied("The long evening", f"{LEAD} {FORM[0]} {FORM[1]}", MORE, MORE + MORE))
    assert page.body.startswith(f"<p>{LEAD}</p>")
    assert elements(page) == ["p", "p", "p"]
    assert found(page, Found.LEFT_OUT) == [f"{FORM[0]} {FORM[1]}"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n\ufeff\u00a0\n", "empty"),
        ("\u200b\n\u200e", "empty"),
        (LEAD * 3, "no title"),
        (f"{LEAD} {MORE}\n\n{LEAD}", "no title"),
        (copied(*FORM), "no title"),
        ("A title\x00\n\nA text.", "NUL"),
        ("A title\n\nA \ud800 text.", "line 3: .*half a character"),
        ("word " * 1024 * 1024, "longer than"),
    ],
    ids=["nothing", "white space", "invisible", "one long line", "a paragraph", "form", "NUL", "surrogate", "size"],
)
def test_what_is_no_article_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(UnreadablePage, match=why):
        read(text)


def test_a_title_alone_is_an_article_without_text_and_that_is_reported() -> None:
    page = read("The long evening")
    assert (page.title, page.body) == ("The long evening", "")
    assert found(page, Found.EMPTY) == ["The long evening"]


def test_a_page_of_one_mebibyte_is_read() -> None:
    page = read(copied("The long evening", *["The map", LEAD, MORE] * 5000))
    assert page.body.count("<h2>") == 5000


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [*BLOCKS, *HEADINGS, "Share this:", "Related", "Name *", "Tags: a, b", "12. Mai 2024", "* * *"]
            ),
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
        ),
        max_size=14,
    ),
    st.sampled_from(["\n\n", "\n", "\r\n"]),
)
def test_no_word_is_lost_in_silence(blocks: list[str], between: str) -> None:
    text = between.join(blocks)
    try:
        page = read(text)
    except UnreadablePage:
        return
    told = " ".join([page.title, unescape(re.sub(r"</?(?:h2|p|figure|figcaption)>", " ", page.body))])
    told += " ".join(finding.text for finding in page.findings)
    assert set(re.findall(r"\w+", text)) <= set(re.findall(r"\w+", told))

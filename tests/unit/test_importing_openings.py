"""What is read above the text of a copied page: categories, title, author, date?"""

import pytest

from app.articles.importing import Found, ImportedPage, PageFormat, read_page

TITLE = "Two ferries change their timetable so that the school choir can sing on both islands"
LEAD = "The harbour office announced it on Monday, and the choir answered with a song of four verses."
MORE = "Rehearsals begin in the waiting room, where the heating is best and the echo is worst."


def read(*blocks: str, known: tuple[str, ...] = (), categories: tuple[str, ...] = ()) -> ImportedPage:
    text = "\n\n".join(blocks)
    return read_page(text, format=PageFormat.PLAIN, known_categories=known, categories=categories)


@pytest.mark.parametrize(
    ("line", "known", "categories"),
    [
        ("News Music", (), ("News", "Music")),
        ("News Music", ("Music", "News"), ("News", "Music")),
        ("News Music", ("News Music",), ("News Music",)),
        ("World News Music", ("News", "World News"), ("World News", "Music")),
        ("NEWS music", ("News", "Music"), ("News", "Music")),
        ("Arts, Culture Music", ("Arts, Culture", "Arts"), ("Arts, Culture", "Music")),
        ("News, Choir Music", (), ("News", "Choir Music")),
        ("News / Music", (), ("News", "Music")),
        ("News | Music", (), ("News", "Music")),
        ("News · Music", (), ("News", "Music")),
        ("Home › News › Music", (), ("News", "Music")),
        ("Home > News > Music", (), ("News", "Music")),
        ("News\u00a0Music", (), ("News", "Music")),
        ("Science & Technology News", (), ("Science & Technology", "News")),
        ("Arts and Culture", (), ("Arts and Culture",)),
        ("News, news, NEWS", (), ("News",)),
        ("Posted in News, Music", (), ("News", "Music")),
        ("Kategorien: Musik, Schule", (), ("Musik", "Schule")),
        ("Musik", (), ("Musik",)),
        ("소식 음악", (), ("소식", "음악")),
        ("新闻 音乐", (), ("新闻", "音乐")),
        ("新闻、音乐", (), ("新闻", "音乐")),
        ("أخبار، موسيقى", (), ("أخبار", "موسيقى")),
        ("News\nMusic", (), ("News", "Music")),
        ("News\n\nMusic", ("News", "Music"), ("News", "Music")),
    ],
)
def test_a_category_line_is_split_by_known_names_then_separators_then_spaces(
    line: str, known: tuple[str, ...], categories: tuple[str, ...]
) -> None:
    page = read(line, TITLE, LEAD, MORE, known=known)
    assert page.categories == categories
    assert page.title == TITLE
    assert [finding.what for finding in page.findings[:2]] == [Found.CATEGORY_LINE, Found.TITLE]


@pytest.mark.parametrize(
    "blocks",
    [
        (TITLE, LEAD, MORE),
        ("The Long Rehearsal", "How one choir learned to sing on a moving ferry", LEAD),
        ("News from the harbour", "How one choir learned to sing on a moving ferry", LEAD),
        ("A choir sings", "Rehearsals", LEAD),
        ("Salt, rope and a song of four verses", "What the choir sang", LEAD),
        ("Choir practice", LEAD, MORE),
        ("노래하는 두 섬의 아이들", "배 위에서 부르는 네 절의 노래", LEAD),
        ("Choir Practice", "Where the echo is worst and the heating best", LEAD, "Choir Practice", MORE),
        ("It is over.", "What the choir will do with all its free evenings", LEAD),
    ],
    ids=[
        "no category line",
        "a title with an article in it",
        "a title with a preposition in it",
        "a line as long as the title",
        "a title with a comma",
        "a lead follows at once",
        "four words without capitals",
        "the line comes again as a caption",
        "a sentence",
    ],
)
def test_a_title_is_not_taken_for_a_category_line(blocks: tuple[str, ...]) -> None:
    page = read(*blocks)
    assert page.categories == ()
    assert page.title == blocks[0]


def test_a_title_that_comes_again_shows_which_lines_above_it_are_categories() -> None:
    page = read("News", "Music", "Choir", LEAD, "Choir", MORE)
    assert (page.categories, page.title) == (("News", "Music"), "Choir")


def test_given_categories_win_and_the_line_is_still_taken_out() -> None:
    page = read("News Music", TITLE, LEAD, categories=("Islands", "Islands", "Choirs"))
    assert page.categories == ("Islands", "Choirs")
    assert page.title == TITLE
    assert page.findings[0].text == "News Music"


@pytest.mark.parametrize(
    ("line", "byline", "date"),
    [
        ("By Ada Example", "Ada Example", None),
        ("Von Jette van der Molen", "Jette van der Molen", None),
        ("Par Zoé Quint-Larose et Marc Noir", "Zoé Quint-Larose et Marc Noir", None),
        ("김해솔 기자", "김해솔", None),
        ("بقلم: ليلى سالم", "ليلى سالم", None),
        ("By Ada Example | 5 July 2023", "Ada Example", "2023-07-05"),
        ("By Ada Example • July 5, 2023 at 10:30 am", "Ada Example", "2023-07-05"),
        ("Published on Wednesday, July 5, 2023", None, "2023-07-05"),
        ("10:30, 5. Juli 2023", None, "2023-07-05"),
        ("mercredi 5 juillet 2023", None, "2023-07-05"),
        ("5 يوليو 2023", None, "2023-07-05"),
        ("2023년 7월 5일", None, "2023-07-05"),
        ("2023-07-05", None, "2023-07-05"),
        ("2023. 7. 5.", None, "2023-07-05"),
        ("05.07.2023", None, "2023-07-05"),
        ("2023-07-05T23:30:00-05:00", None, "2023-07-06"),
    ],
)
def test_credits_under_the_title_are_read(line: str, byline: str | None, date: str | None) -> None:
    page = read(TITLE, line, LEAD, MORE)
    assert page.byline == byline
    assert (page.published_at.date().isoformat() if page.published_at else None) == date
    assert page.published_at is None or page.published_at.utcoffset() is not None
    assert page.body == f"<p>{LEAD}</p>\n<p>{MORE}</p>"


@pytest.mark.parametrize("line", ["07/05/2023", "31 February 2023", "July 2023, updated 2023", "2023-13-45"])
def test_a_date_that_cannot_be_read_for_sure_is_left_out_and_reported(line: str) -> None:
    page = read(TITLE, line, LEAD)
    assert page.published_at is None
    assert [finding.text for finding in page.findings if finding.what is Found.LEFT_OUT] == [line]


@pytest.mark.parametrize(
    "line", ["By the river", "July 2023", "In 1986 it froze", "By now, nobody sings", "2023 " * 50]
)
def test_a_line_of_the_text_is_not_taken_for_credits(line: str) -> None:
    page = read(TITLE, line, LEAD)
    assert (page.byline, page.published_at) == (None, None)
    assert line.strip() in page.body

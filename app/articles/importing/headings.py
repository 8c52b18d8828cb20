"""What tells a section's heading from a short sentence, a list item, a quotation or a line of dialogue?"""

import re

from app.articles.importing.lines import CLOSERS, EDGES, LIST_MARK, columns, is_closed, is_question

WIDEST = 100  # columns
MOST_WORDS = 16
NUMBERED = re.compile(
    r"\(?(?:\d{1,3}|[ivxlc]{1,5}|[IVXLC]{1,5}|[A-Za-z])[.)]\s|[一二三四五六七八九十]+、|第.{1,4}[章节節部]"
)
LEADS_ON = (",", "،", "、", ";", "؛", "；", ":", "：", "-", "–", "—", "→", "&")  # something is still to come
OPENING_QUOTES = "\"“„«‹「『‚‘'”"
CLOSING_QUOTES = "\"”“»›」』’‘'«"
ADDRESS = re.compile(r"https?://|www\.|\S@\S+\.\S|(?<!\w)@\w")
# Korean and Japanese politeness ends a sentence even where no full stop does.
POLITE_END = re.compile(r"(?:니다|니까|세요|어요|아요|해요|예요|에요|です|ます|でした|ました|ません)$")
MARKDOWN_MARK = re.compile(r"#{1,6} +(?=\S)| +#+$")


def may_be_heading(text: str) -> bool:
    """Say whether a line could be a heading; whether it is one, the lines around it decide."""
    text = without_marks(text)
    if columns(text) > WIDEST or len(text.split()) > MOST_WORDS:
        return False
    if not any(map(str.isalpha, text)) or ADDRESS.search(text):
        return False
    return _begins_like_one(text) and _ends_like_one(text)


def without_marks(text: str) -> str:
    """Take off the marks of a Markdown heading that stands in a plain text."""
    return MARKDOWN_MARK.sub("", text).strip() or text


def is_numbered(text: str) -> bool:
    """Say whether a line begins with a number or letter, as headings and list items both may."""
    return NUMBERED.match(text) is not None


def _begins_like_one(text: str) -> bool:
    if LIST_MARK.match(text) and not is_numbered(text):
        return False
    if text[0] in "-–—―" or (text[0].islower() and not is_numbered(text)):
        return False
    return not (text[0] in OPENING_QUOTES and text[-1] in CLOSING_QUOTES)


def _ends_like_one(text: str) -> bool:
    if is_question(text):
        return len(text) > 4 and not any(quote in text for quote in '"“”„«»「」')
    if is_closed(text) or POLITE_END.search(text.rstrip(CLOSERS)):
        return False
    return not text.rstrip(EDGES).endswith(LEADS_ON)

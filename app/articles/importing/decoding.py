"""Which text do the bytes of a file hold?"""

import codecs
import re

from app.articles.importing.page import UnreadablePage

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*(?P<name>[\w-]{2,30})", re.I)
MOST_BYTES_BEFORE_DECLARATION = 4096


def decode_page(data: bytes) -> str:
    """Decode a file: by its byte order mark, as UTF-8, or by the encoding that an HTML page declares.

    Raises:
        UnreadablePage: it is in no such encoding, or no text at all.

    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        declared = DECLARED.search(data[:MOST_BYTES_BEFORE_DECLARATION])
        if declared:
            return _decoded(data, declared["name"].decode())
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadablePage("not UTF-8; save the file as UTF-8", line=line) from None


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise UnreadablePage(f"not a text in {encoding}, which it says it is") from None

"""How is a person told what the importer found on a page and what it left out?"""

from collections.abc import Iterator

from app.articles.importing.page import Finding, Found, ImportedPage

WIDTH = 12
LONGEST_QUOTE = 72


def describe(page: ImportedPage) -> str:
    """Say in lines for a terminal what was found, what is doubtful, and every line that was left out."""
    return "\n".join([*_data(page), *_structure(page), *_left_out(page)])


def _data(page: ImportedPage) -> Iterator[str]:
    moment = page.published_at.isoformat().replace("+00:00", "Z") if page.published_at else None
    rows = {
        "Title": page.title,
        "Slug": page.slug,
        "Standfirst": page.standfirst and _short(page.standfirst),
        "Byline": page.byline,
        "Categories": ", ".join(page.categories) or "none found",
        "Tags": ", ".join(page.tags) or None,
        "Language": page.language,
        "Published": moment,
        "Body": f"{page.format}, {len(page.body)} characters",
    }
    yield from (f"{name:<{WIDTH}}{value}" for name, value in rows.items() if value)


def _structure(page: ImportedPage) -> Iterator[str]:
    yield "Found"
    for finding in page.findings:
        if finding.what is not Found.LEFT_OUT:
            yield _row(finding, finding.what.value.replace("_", " "))


def _left_out(page: ImportedPage) -> Iterator[str]:
    gone = [finding for finding in page.findings if finding.what is Found.LEFT_OUT]
    yield "Left out" if gone else "Nothing was left out."
    yield from (_row(finding, "") for finding in gone)


def _row(finding: Finding, what: str) -> str:
    place = "" if finding.line is None else f"line {finding.line}"
    label = f"{what}: " if what else ""
    return f"  {place:<{WIDTH - 2}}{label}{_short(finding.text)} ({finding.why})"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1].rstrip()}…"

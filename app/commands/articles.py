"""How do articles get in from files?"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import load_only

from app.accounts.actions import COMMAND_LINE
from app.articles.importing import ImportedPage, PageFormat, UnreadablePage, decode_page, describe, format_of, read_page
from app.articles.intake import Outcome, Publishing, foresee_import, import_page
from app.articles.models import Article, Discussion, Term, TermKind
from app.articles.store import status_now
from app.commands.opening import application
from app.ground.db import db

_SAID = {
    Outcome.CREATED: "made a new article",
    Outcome.REVISED: "made a new revision of the article",
    Outcome.UNCHANGED: "changed nothing: the article is like this already",
}
_FORESEEN = {
    Outcome.CREATED: "would make a new article",
    Outcome.REVISED: "would make a new revision of an article that is there",
    Outcome.UNCHANGED: "would change nothing: the article is like this already",
}


@click.group()
def article() -> None:
    """Import and list articles."""


@article.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--publish", is_flag=True, help="Make it public at once, or when its date comes; otherwise it is a draft."
)
@click.option("--dry-run", is_flag=True, help="Only say what was found and left out; store nothing.")
@click.option("--category", "categories", multiple=True, help="A category, instead of those found; again for more.")
@click.option(
    "--format", "kind", type=click.Choice([str(each) for each in PageFormat]), help="What FILE is, if unclear."
)
def import_file(file: Path, *, publish: bool, dry_run: bool, categories: Sequence[str], kind: str | None) -> None:
    """Import FILE as an article: Markdown, HTML, or the plain text of a page.

    The same file twice makes one article, a changed file a new revision of it.
    """
    publishing = Publishing.PUBLISH if publish else Publishing.KEEP
    with application():
        page = _page_in(file, kind=PageFormat(kind) if kind else None, categories=categories)
        click.echo(describe(page))
        if dry_run:
            click.echo(f"Nothing was stored. The import {_FORESEEN[foresee_import(page, publishing=publishing)]}.")
            return
        done = import_page(COMMAND_LINE, page, publishing=publishing)
        click.echo(f"The import {_SAID[done.what]}: {done.article.slug} ({status_now(done.article)}).")


@article.command("list")
def list_articles() -> None:
    """List all articles, the newest first: slug, status, comments that are seen, title."""
    with application():
        for line in _lines():
            click.echo(line)


def _page_in(file: Path, *, kind: PageFormat | None, categories: Sequence[str]) -> ImportedPage:
    try:
        text = decode_page(file.read_bytes())
        return read_page(
            text,
            format=kind or format_of(file.name, text),
            known_categories=_known_categories(),
            categories=categories,
        )
    except UnreadablePage as error:
        raise click.ClickException(f"{file}: {error}") from error
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error


def _known_categories() -> Sequence[str]:
    return db.session.scalars(select(Term.name).where(Term.kind == TermKind.CATEGORY).distinct()).all()


def _lines() -> Iterator[str]:
    shown = load_only(Article.slug, Article.status, Article.published_at, Article.title, raiseload=True)
    query = select(Article, Discussion.approved).join(Discussion, Discussion.article_id == Article.id).options(shown)
    for each, approved in db.session.execute(query.order_by(Article.published_at.desc(), Article.id.desc())):
        yield f"{each.slug}\t{status_now(each)}\t{approved}\t{each.title}"

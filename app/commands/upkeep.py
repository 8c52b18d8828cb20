"""How is what is stored kept in order?"""

from collections.abc import Sequence

import click

from app.commands.opening import application, in_sentences, progress_bar
from app.commands.setting_up import bring_up_to_date, make_keys
from app.comments import recounting, rerendering
from app.comments.recounting import Difference
from app.config import from_environment
from app.site import schema_version, timer

CHUNK = 200


@click.group()
def db() -> None:
    """Bring the database up to date."""


@db.command()
def upgrade() -> None:
    """Run the migrations that have not run yet; a fresh data folder gets its secret keys."""
    with in_sentences():
        make_keys(from_environment())
    with application():
        bring_up_to_date()
        click.echo(f"The database is at version {schema_version.stored_version()}.")


@click.group()
def comments() -> None:
    """Render stored comments again."""


@comments.command()
def rerender() -> None:
    """Render again what an older renderer made; what was interrupted goes on where it stood."""
    with application():
        total, different, last_id = rerendering.outdated(), 0, 0
        with progress_bar("Comments", total) as bar:
            while chunk := rerendering.rerender_some(after=last_id, limit=CHUNK):
                last_id, different = chunk.last_id, different + chunk.different
                bar.update(chunk.done)
        click.echo(f"Rendered {total} comments again; {different} look different now.")


@click.group()
def counters() -> None:
    """Count anew what counters say."""


@counters.command()
@click.option("--check", is_flag=True, help="Change nothing; name what is wrong, and end with 1 if anything is.")
def recount(*, check: bool) -> None:
    """Count every counter anew, and put right what is wrong."""
    with application():
        wrong = recounting.differences() if check else _recount()
        for each in wrong:
            click.echo(_in_words(each))
        click.echo(f"{len(wrong)} counters {'are' if check else 'were'} wrong." if wrong else "Every counter is right.")
        if wrong and check:
            raise SystemExit(1)


def _recount() -> Sequence[Difference]:
    wrong: list[Difference] = []
    last_id = 0
    with progress_bar("Articles", recounting.articles()) as bar:
        while ids := recounting.article_ids(after=last_id, limit=CHUNK):
            wrong += recounting.recount_articles(ids)
            last_id = ids[-1]
            bar.update(len(ids))
    return [*wrong, *recounting.recount_site()]


def _in_words(wrong: Difference) -> str:
    kind = "much" if wrong.too_much > 0 else "little"
    return f"{wrong.counter} of {wrong.of}: {abs(wrong.too_much)} too {kind}"


@click.command()
def tick() -> None:
    """Do now what the timer does as time goes by."""
    with application():
        for job, done in timer.run_jobs().items():
            click.echo(f"{job}: {done}")

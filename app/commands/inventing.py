"""What can be put in for trying things?"""

import secrets

import click

from app.commands.opening import application, progress_bar
from app.demo.content import put_in_demo
from app.demo.inventing import invent_articles, invent_comments, invent_threads


@click.command()
@click.option("--articles", type=click.IntRange(1, 100_000), help="Invent so many articles (with comments alone: 10).")
@click.option(
    "--comments",
    type=click.IntRange(0, 10_000_000),
    help="Invent so many comments under them, in lively threads: much under few, and some pending, spam or trash.",
)
@click.option(
    "--thread-size",
    type=click.IntRange(1, 10_000_000),
    help="Instead of --comments: invent exactly so many visible comments under each, all threads alike.",
)
@click.option("--seed", type=int, help="The same seed invents the same things.")
def demo(articles: int | None, comments: int | None, thread_size: int | None, seed: int | None) -> None:
    """Put in the demo articles, or invent as many as you say.

    What is invented keeps every rule: threads, depths, counters and sealed addresses are as if readers had posted.
    Where it is interrupted, what is there is whole.
    """
    if comments is not None and thread_size is not None:
        raise click.UsageError("Either --comments or --thread-size.")
    with application():
        if articles is comments is thread_size is None:
            done = put_in_demo()
            click.echo(f"Put in {done.articles} demo articles and {done.comments} comments.")
            return
        _invent(articles or 10, comments or 0, thread_size or 0, seed=secrets.randbits(32) if seed is None else seed)


def _invent(articles: int, comments: int, thread_size: int, *, seed: int) -> None:
    with progress_bar("Articles", articles) as bar:
        stages = invent_articles(articles, seed=seed, advance=bar.update)
    total = comments or articles * thread_size
    if total:
        with progress_bar("Comments", total) as bar:
            if comments:
                invent_comments(stages, comments, seed=seed, advance=bar.update)
            else:
                invent_threads(stages, thread_size, seed=seed, advance=bar.update)
    click.echo(f"Invented {articles} articles and {total} comments.")

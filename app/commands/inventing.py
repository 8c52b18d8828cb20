"""What can be put in for trying things?"""

import secrets

import click

from app.commands.opening import application, progress_bar
from app.demo.content import put_in_demo
from app.demo.inventing import invent_articles, invent_comments


@click.command()
@click.option(
    "--articles", type=click.IntRange(1, 100_000), help="Invent so many articles (with --comments alone: 10)."
)
@click.option("--comments", type=click.IntRange(0, 10_000_000), help="Invent so many comments under them.")
@click.option("--seed", type=int, help="The same seed invents the same things.")
def demo(articles: int | None, comments: int | None, seed: int | None) -> None:
    """Put in the demo articles, or invent as many as you say.

    What is invented keeps every rule: threads, depths, counters and sealed addresses are as if readers had posted.
    """
    with application():
        if articles is None and comments is None:
            done = put_in_demo()
            click.echo(f"Put in {done.articles} demo articles and {done.comments} comments.")
            return
        _invent(articles or 10, comments or 0, seed=secrets.randbits(32) if seed is None else seed)


def _invent(articles: int, comments: int, *, seed: int) -> None:
    with progress_bar("Articles", articles) as bar:
        stages = invent_articles(articles, seed=seed, advance=bar.update)
    if comments:
        with progress_bar("Comments", comments) as bar:
            invent_comments(stages, comments, seed=seed, advance=bar.update)
    click.echo(f"Invented {articles} articles and {comments} comments.")

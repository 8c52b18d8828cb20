"""How does a command get at the application, and how is it told what went wrong?"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from app import create_app
from app.config import BadConfig, Config, from_environment
from app.ground.db import db
from app.ground.errors import Problem
from app.ground.observe import configure_logging
from app.ground.sealing import InsecureKeys

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

__all__ = ["application", "create_app", "in_sentences", "progress_bar"]


@contextmanager
def application(config: Config | None = None) -> Iterator[Flask]:
    """The application that a command works on; whatever it holds open is closed at the end."""
    configure_logging("WARNING")
    with in_sentences():
        app = create_app(config or from_environment())
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()


@contextmanager
def in_sentences() -> Iterator[None]:
    """Tell what a person can mend in a sentence, without a traceback; the command then ends with 1."""
    try:
        yield
    except (BadConfig, InsecureKeys) as error:
        raise click.ClickException(str(error)) from error
    except Problem as problem:
        raise click.ClickException(sentences_of(problem)) from problem
    except OperationalError as error:
        raise click.ClickException("The database is away, busy, or not set up: `rejoinder db upgrade`.") from error
    except ProgrammingError as error:
        raise click.ClickException("The database is not up to date: `rejoinder db upgrade`.") from error


def sentences_of(problem: Problem) -> str:
    errors = problem.more.get("errors")
    lines = [f"{error['field']}: {error['message']}" for error in errors] if isinstance(errors, list) else []
    return "\n".join(lines or [problem.detail])


def progress_bar(label: str, total: int) -> "ProgressBar[int]":
    """Show on standard error how far a long work is; on a file or pipe, only that it began."""
    return click.progressbar(length=total, label=label, file=sys.stderr)

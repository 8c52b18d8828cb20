"""What did a command say, and how did it end?"""

from collections.abc import Callable

from click.testing import Result

Run = Callable[..., Result]


def told(result: Result) -> str:
    """What a command said that ended well."""
    assert result.exit_code == 0, (result.stdout, result.stderr, result.exception)
    return result.stdout


def refused(result: Result, *, code: int = 1) -> str:
    """What a command said that did not, in a sentence."""
    assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
    assert "Traceback" not in result.output
    return result.stderr

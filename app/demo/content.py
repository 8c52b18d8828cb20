"""Which articles and comments are there to see before anybody has written anything?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    articles: int
    comments: int


def put_in_demo() -> Done:
    return Done(0, 0)

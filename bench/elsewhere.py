"""What did other systems reach when we measured them on another day?

Rates of different days do not compare; how each stood to nginx on its own day does. `make bench` does not run these.
"""

from dataclasses import dataclass

NGINX_THAT_DAY = 67_000  # a second, the same kind of page as a file, on the same core
FLASK_THAT_DAY = 7_200  # a second, Flask alone with the same bytes


@dataclass(frozen=True, slots=True)
class Elsewhere:
    name: str
    pages: float  # of 100 comments a second
    remark: str

    @property
    def to_nginx(self) -> float:
        return self.pages / NGINX_THAT_DAY


WORDPRESS = Elsewhere("WordPress 6.1 REST", 15, "php-fpm, opcache, MariaDB")
REMARK42 = Elsewhere("Remark42, its cache enlarged", 5_900, "cache limit and edit window changed")
ALL = (
    WORDPRESS,
    Elsewhere("Waline", 19, "Node"),
    Elsewhere("Ghost 6", 57, "Node"),
    Elsewhere("Remark42 as shipped", 364, "one hot URL; different ones: 30"),
    REMARK42,
)

"""Between what can a site choose?"""

from enum import StrEnum


class SiteSwitch(StrEnum):
    """Where readers may reply: wherever an article does not say otherwise, only where one was opened, or nowhere."""

    OPEN = "open"
    BY_ARTICLE = "by_article"
    CLOSED = "closed"


class Order(StrEnum):
    OLDEST = "oldest"
    NEWEST = "newest"


class Trust(StrEnum):
    """Who counts as known: `receipt` asks for an earlier receipt, `claimed` believes a name and an address.

    `claimed` is WordPress' way: a stranger who knows a reader's address gains that reader's standing, and learns that
    the address is right.
    """

    RECEIPT = "receipt"
    CLAIMED = "claimed"

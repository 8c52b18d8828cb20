"""WHAT BECOMES OF A NEW COMMENT: is it approved, held, spam or trash, and why?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from app.site.choices import Trust
from app.site.matching import Hit

HITS_KEPT = 10  # enough for a moderator; a text of listed words shall not make a row of reasons

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that could not be learnt. `why` is a short code: moderators read it, so no value goes in."""

    why: str


@dataclass(frozen=True, slots=True)
class Tally:
    """So many, where from `limit` on it is too many; a limit of 0 is none."""

    count: int
    limit: int

    @property
    def is_full(self) -> bool:
        return 0 < self.limit <= self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Every fact the checks look at. The pair is the comment's name and e-mail address.

    The last three count what was accepted in each limit's own time before this comment.
    """

    author_is_staff: bool | Unknown
    disallowed_words: Sequence[Hit] | Unknown
    everything_is_held: bool | Unknown
    links: Tally | Unknown
    moderation_words: Sequence[Hit] | Unknown
    first_is_held: bool | Unknown
    trust: Trust | Unknown
    pair_was_approved: bool | Unknown
    receipt_was_shown: bool | Unknown  # one of an approved comment by the same pair
    by_email: Tally | Unknown
    on_article: Tally | Unknown
    on_site: Tally | Unknown


class Outcome(StrEnum):
    """From the mildest to the strictest."""

    APPROVE = "approve"
    HOLD = "hold"
    SPAM = "spam"
    TRASH = "trash"


class Result(StrEnum):
    PASSED = "passed"
    APPROVE = "approve"
    HOLD = "hold"
    SPAM = "spam"
    TRASH = "trash"


class Code(StrEnum):
    PASSED = "passed"
    SWITCHED_OFF = "switched_off"
    STAFF = "staff"
    DISALLOWED_WORD = "disallowed_word"
    ALL_HELD = "all_held"
    TOO_MANY_LINKS = "too_many_links"
    MODERATION_WORD = "moderation_word"
    FIRST_COMMENT = "first_comment"
    LIMIT_REACHED = "limit_reached"
    CHECK_FAILED = "check_failed"


class SafeReason(StrEnum):
    """What a reader is told; none of them gives away a word, a limit or whether an address is right."""

    FIRST_COMMENT = "first_comment"
    ALL_HELD = "all_held"
    REVIEW = "review"


Saw = int | str | tuple[Hit, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says. `saw` and `threshold` are counts, codes or ids of words: never a value."""

    result: Result
    code: Code
    saw: Saw = None
    threshold: int | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A finding with the name of its check: one line for moderators to read later."""

    check: str
    code: Code
    saw: Saw
    threshold: int | str | None
    result: Result


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    reasons: tuple[Reason, ...]
    safe_reason: SafeReason | None  # None where the comment is approved


class FactUnknown(Exception):
    """A check asked for a fact that could not be learnt."""


def known(fact: Fact | Unknown) -> Fact:
    if isinstance(fact, Unknown):
        raise FactUnknown(fact.why)
    return fact


PASSED = Finding(result=Result.PASSED, code=Code.PASSED)
OFF = Finding(result=Result.PASSED, code=Code.SWITCHED_OFF)


def staff(facts: Circumstances) -> Finding:
    """A moderator, an editor or the article's creator is not checked further."""
    return Finding(result=Result.APPROVE, code=Code.STAFF) if known(facts.author_is_staff) else PASSED


def disallowed_words(facts: Circumstances) -> Finding:
    """WordPress' "Disallowed Comment Keys"."""
    hits = known(facts.disallowed_words)
    return listed(hits, Result.TRASH, Code.DISALLOWED_WORD) if hits else PASSED


def hold_all(facts: Circumstances) -> Finding:
    """WordPress' "Comment must be manually approved"."""
    return Finding(result=Result.HOLD, code=Code.ALL_HELD) if known(facts.everything_is_held) else OFF


def links(facts: Circumstances) -> Finding:
    """WordPress' "Hold a comment if it contains so many or more links"."""
    return counted(known(facts.links), Code.TOO_MANY_LINKS)


def moderation_words(facts: Circumstances) -> Finding:
    """WordPress' "Comment Moderation" list."""
    hits = known(facts.moderation_words)
    return listed(hits, Result.HOLD, Code.MODERATION_WORD) if hits else PASSED


def first_comment(facts: Circumstances) -> Finding:
    """WordPress' "Comment author must have a previously approved comment", by default with a receipt of it.

    The receipt is asked for first, and says nothing of the address: without one the answer is the same, be
    the address right or wrong, and even if nobody could look.
    """
    if not known(facts.first_is_held):
        return OFF
    trust = known(facts.trust)
    if trust is Trust.RECEIPT and not known(facts.receipt_was_shown):
        return Finding(result=Result.HOLD, code=Code.FIRST_COMMENT, saw="no_receipt", threshold=trust)
    if not known(facts.pair_was_approved):
        return Finding(result=Result.HOLD, code=Code.FIRST_COMMENT, saw="none_approved", threshold=trust)
    return PASSED


def limit_by_email(facts: Circumstances) -> Finding:
    """Holds, as a refusal would tell that an address is known; after `first_comment` for that reason too."""
    return counted(known(facts.by_email), Code.LIMIT_REACHED)


def limit_on_article(facts: Circumstances) -> Finding:
    """So many at once under one article are looked at first."""
    return counted(known(facts.on_article), Code.LIMIT_REACHED)


def limit_on_site(facts: Circumstances) -> Finding:
    """So many at once on the whole site are looked at first."""
    return counted(known(facts.on_site), Code.LIMIT_REACHED)


def listed(hits: Sequence[Hit], result: Result, code: Code) -> Finding:
    return Finding(result=result, code=code, saw=tuple(hits[:HITS_KEPT]))


def counted(tally: Tally, code: Code) -> Finding:
    """Holds from the limit on; a tally that passes leaves its numbers too."""
    if tally.is_full:
        return Finding(result=Result.HOLD, code=code, saw=tally.count, threshold=tally.limit)
    passed = Code.PASSED if tally.limit else Code.SWITCHED_OFF
    return Finding(result=Result.PASSED, code=passed, saw=tally.count, threshold=tally.limit)


Check = Callable[[Circumstances], Finding]

CHECKS: tuple[Check, ...] = (
    staff,
    disallowed_words,
    hold_all,
    links,
    moderation_words,
    first_comment,
    limit_by_email,
    limit_on_article,
    limit_on_site,
)


def decide(circumstances: Circumstances, checks: Sequence[Check] = CHECKS) -> Verdict:
    """Run the checks in order: an approval ends the round, else each leaves a line and the strictest wins."""
    reasons: list[Reason] = []
    for check in checks:
        reasons.append(line_of(check, circumstances))
        if reasons[-1].result is Result.APPROVE:
            break
    return Verdict(strictest(reasons), tuple(reasons), safe_reason(reasons))


def line_of(check: Check, circumstances: Circumstances) -> Reason:
    """What a check leaves behind; one that fails to run holds, and says so without a value."""
    try:
        finding = check(circumstances)
    except FactUnknown as unknown:
        finding = Finding(result=Result.HOLD, code=Code.CHECK_FAILED, saw=str(unknown))
    except Exception as error:  # noqa: BLE001 (whatever it trips over, a person looks at the comment)
        finding = Finding(result=Result.HOLD, code=Code.CHECK_FAILED, saw=type(error).__name__)
    return Reason(
        check=check.__name__,
        code=finding.code,
        saw=finding.saw,
        threshold=finding.threshold,
        result=finding.result,
    )


def strictest(reasons: Sequence[Reason]) -> Outcome:
    order = list(Result)
    result = max((reason.result for reason in reasons), key=order.index, default=Result.PASSED)
    return Outcome.APPROVE if result is Result.PASSED else Outcome(result)


def safe_reason(reasons: Sequence[Reason]) -> SafeReason | None:
    """The first objection's. What is trashed reads like what is held for review.

    Where the site holds everything, it says so of every comment: were trash alone to say something else, its
    sender would know.
    """
    objections = [reason.code for reason in reasons if reason.result not in (Result.PASSED, Result.APPROVE)]
    if not objections:
        return None
    if Code.ALL_HELD in objections:
        return SafeReason.ALL_HELD
    return SafeReason.FIRST_COMMENT if objections[0] is Code.FIRST_COMMENT else SafeReason.REVIEW


# For what a moderator answers from the desk, where there is nothing to ask.
BY_STAFF = Verdict(
    Outcome.APPROVE,
    (Reason(check=staff.__name__, code=Code.STAFF, saw=None, threshold=None, result=Result.APPROVE),),
    None,
)

"""Does every check decide as it should, and leave the line that says why?

Tests that ask for `verdict` are also run by test_mutations, against broken copies of the module.
"""

import json
from dataclasses import asdict, replace
from types import ModuleType
from typing import Any

import pytest

import app.comments.verdict
from app.comments.verdict import CHECKS
from app.site.choices import Trust
from app.site.matching import Hit


@pytest.fixture
def verdict() -> ModuleType:
    return app.comments.verdict


def circumstances(verdict: ModuleType, **facts: object) -> Any:  # noqa: ANN401 (any copy's class)
    """Those of a known reader with nothing against the comment, but for `facts`."""
    nothing = {
        "author_is_staff": False,
        "disallowed_words": (),
        "everything_is_held": False,
        "links": verdict.Tally(0, 2),
        "moderation_words": (),
        "first_is_held": True,
        "trust": Trust.RECEIPT,
        "pair_was_approved": True,
        "receipt_was_shown": True,
        "by_email": verdict.Tally(0, 20),
        "on_article": verdict.Tally(0, 60),
        "on_site": verdict.Tally(0, 300),
    }
    assert facts.keys() <= nothing.keys()
    return verdict.Circumstances(**(nothing | facts))


def told(verdict: ModuleType, **facts: object) -> tuple[str, str | None]:
    decided = verdict.decide(circumstances(verdict, **facts))
    return decided.outcome, decided.safe_reason


def line(finding: Any) -> tuple[str, str, object, object]:  # noqa: ANN401 (any copy's class)
    return finding.result, finding.code, finding.saw, finding.threshold


HITS = (Hit(7, "content"), Hit(9, "author_name"))


# --- the checks, one by one --------------------------------------------------------------------------------


def test_staff_are_approved_at_once(verdict: ModuleType) -> None:
    everything = circumstances(
        verdict,
        author_is_staff=True,
        disallowed_words=HITS,
        everything_is_held=True,
        links=verdict.Unknown("unread"),
    )
    assert line(verdict.staff(everything)) == ("approve", "staff", None, None)
    decided = verdict.decide(everything)
    assert (decided.outcome, decided.safe_reason) == ("approve", None)
    assert [reason.check for reason in decided.reasons] == ["staff"]


def test_who_is_not_staff_goes_on_to_the_other_checks(verdict: ModuleType) -> None:
    assert line(verdict.staff(circumstances(verdict))) == ("passed", "passed", None, None)


def test_disallowed_words_lead_to_the_trash(verdict: ModuleType) -> None:
    facts = circumstances(verdict, disallowed_words=list(HITS))
    assert line(verdict.disallowed_words(facts)) == ("trash", "disallowed_word", HITS, None)
    assert told(verdict, disallowed_words=HITS) == ("trash", "review")


def test_no_disallowed_words_pass(verdict: ModuleType) -> None:
    passed = verdict.disallowed_words(circumstances(verdict, moderation_words=HITS))
    assert line(passed) == ("passed", "passed", None, None)


def test_hold_all_holds_whatever_comes(verdict: ModuleType) -> None:
    facts = circumstances(verdict, everything_is_held=True)
    assert line(verdict.hold_all(facts)) == ("hold", "all_held", None, None)
    assert told(verdict, everything_is_held=True) == ("hold", "all_held")


def test_hold_all_says_when_it_is_off(verdict: ModuleType) -> None:
    assert line(verdict.hold_all(circumstances(verdict))) == ("passed", "switched_off", None, None)


COUNTS = [
    (0, 2, "passed", "passed"),
    (1, 2, "passed", "passed"),
    (2, 2, "hold", "full"),
    (3, 2, "hold", "full"),
    (1, 1, "hold", "full"),
    (0, 1, "passed", "passed"),
    (0, 0, "passed", "switched_off"),
    (99, 0, "passed", "switched_off"),
]


@pytest.mark.parametrize(("count", "limit", "result", "code"), COUNTS)
def test_links_at_or_over_their_limit_are_held(
    verdict: ModuleType, count: int, limit: int, result: str, code: str
) -> None:
    finding = verdict.links(circumstances(verdict, links=verdict.Tally(count, limit)))
    assert line(finding) == (result, code.replace("full", "too_many_links"), count, limit)


def test_too_many_links_are_looked_at(verdict: ModuleType) -> None:
    assert told(verdict, links=verdict.Tally(2, 2)) == ("hold", "review")


def test_moderation_words_are_held(verdict: ModuleType) -> None:
    facts = circumstances(verdict, moderation_words=list(HITS))
    assert line(verdict.moderation_words(facts)) == ("hold", "moderation_word", HITS, None)
    assert told(verdict, moderation_words=HITS) == ("hold", "review")


def test_no_moderation_words_pass(verdict: ModuleType) -> None:
    passed = verdict.moderation_words(circumstances(verdict, disallowed_words=HITS))
    assert line(passed) == ("passed", "passed", None, None)


FIRST = ("hold", "first_comment")
FINE = ("approve", None)


@pytest.mark.parametrize(
    ("first_is_held", "trust", "approved", "receipt", "expected", "finding"),
    [
        (True, "receipt", False, False, FIRST, ("hold", "first_comment", "no_receipt", "receipt")),
        (True, "receipt", True, False, FIRST, ("hold", "first_comment", "no_receipt", "receipt")),
        (True, "receipt", False, True, FIRST, ("hold", "first_comment", "none_approved", "receipt")),
        (True, "receipt", True, True, FINE, ("passed", "passed", None, None)),
        (True, "claimed", False, False, FIRST, ("hold", "first_comment", "none_approved", "claimed")),
        (True, "claimed", False, True, FIRST, ("hold", "first_comment", "none_approved", "claimed")),
        (True, "claimed", True, False, FINE, ("passed", "passed", None, None)),
        (True, "claimed", True, True, FINE, ("passed", "passed", None, None)),
        (False, "receipt", False, False, FINE, ("passed", "switched_off", None, None)),
        (False, "claimed", False, False, FINE, ("passed", "switched_off", None, None)),
    ],
)
def test_a_first_comment_is_held_until_trust_is_shown(
    verdict: ModuleType,
    first_is_held: object,
    trust: str,
    approved: object,
    receipt: object,
    expected: tuple[str, str | None],
    finding: tuple[object, ...],
) -> None:
    facts = {
        "first_is_held": first_is_held,
        "trust": Trust(trust),
        "pair_was_approved": approved,
        "receipt_was_shown": receipt,
    }
    assert line(verdict.first_comment(circumstances(verdict, **facts))) == finding
    assert told(verdict, **facts) == expected


def test_a_first_comment_without_a_receipt_reads_the_same_whatever_the_address(verdict: ModuleType) -> None:
    """The facts that depend on the address: the pair, and how much came from it."""
    answers = {
        told(verdict, receipt_was_shown=False, pair_was_approved=pair, by_email=by_email)
        for pair in (True, False, verdict.Unknown("timeout"))
        for by_email in (verdict.Tally(0, 20), verdict.Tally(20, 20), verdict.Unknown("timeout"))
    }
    assert answers == {("hold", "first_comment")}


@pytest.mark.parametrize("fact", ["by_email", "on_article", "on_site"])
@pytest.mark.parametrize(("count", "limit", "result", "code"), COUNTS)
def test_a_limit_by_email_or_limit_on_article_or_limit_on_site_holds_from_the_limit_on(
    verdict: ModuleType, fact: str, count: int, limit: int, result: str, code: str
) -> None:
    check = getattr(verdict, f"limit_{fact}")
    finding = check(circumstances(verdict, **{fact: verdict.Tally(count, limit)}))
    assert line(finding) == (result, code.replace("full", "limit_reached"), count, limit)


@pytest.mark.parametrize("fact", ["by_email", "on_article", "on_site"])
def test_what_a_limit_by_email_or_limit_on_article_or_limit_on_site_holds_is_looked_at(
    verdict: ModuleType, fact: str
) -> None:
    assert told(verdict, **{fact: verdict.Tally(300, 300)}) == ("hold", "review")


@pytest.mark.parametrize(
    ("count", "limit", "full"),
    [(0, 0, False), (1, 0, False), (0, 1, False), (1, 1, True), (2, 1, True), (1, 2, False)],
)
def test_a_tally_is_full_from_its_limit_on_if_it_has_one(
    verdict: ModuleType, count: int, limit: int, full: object
) -> None:
    assert verdict.Tally(count, limit).is_full is full


@pytest.mark.parametrize(("count", "limit", "result", "code"), COUNTS)
def test_what_is_counted_leaves_its_numbers(
    verdict: ModuleType, count: int, limit: int, result: str, code: str
) -> None:
    finding = verdict.counted(verdict.Tally(count, limit), verdict.Code.LIMIT_REACHED)
    assert line(finding) == (result, code.replace("full", "limit_reached"), count, limit)


def test_what_is_listed_names_words_by_id_and_no_more_than_ten(verdict: ModuleType) -> None:
    many = [Hit(number, "content") for number in range(11)]
    finding = verdict.listed(many, verdict.Result.HOLD, verdict.Code.MODERATION_WORD)
    assert line(finding) == ("hold", "moderation_word", tuple(many[:10]), None)


def test_a_known_fact_is_itself(verdict: ModuleType) -> None:
    assert verdict.known(0) == 0
    with pytest.raises(verdict.FactUnknown, match=r"^timeout$"):
        verdict.known(verdict.Unknown("timeout"))


# --- the round of checks -----------------------------------------------------------------------------------


def test_a_decided_comment_has_a_line_from_every_check_in_order(verdict: ModuleType) -> None:
    decided = verdict.decide(circumstances(verdict))
    assert (decided.outcome, decided.safe_reason) == ("approve", None)
    assert [(each.check, each.result) for each in decided.reasons] == [
        ("staff", "passed"),
        ("disallowed_words", "passed"),
        ("hold_all", "passed"),
        ("links", "passed"),
        ("moderation_words", "passed"),
        ("first_comment", "passed"),
        ("limit_by_email", "passed"),
        ("limit_on_article", "passed"),
        ("limit_on_site", "passed"),
    ]


def test_a_line_of_a_check_repeats_what_it_found(verdict: ModuleType) -> None:
    reason = verdict.line_of(verdict.links, circumstances(verdict, links=verdict.Tally(3, 2)))
    assert (reason.check, *line(reason)) == ("links", "hold", "too_many_links", 3, 2)


@pytest.mark.parametrize(
    ("check", "fact"),
    [
        ("staff", "author_is_staff"),
        ("disallowed_words", "disallowed_words"),
        ("hold_all", "everything_is_held"),
        ("links", "links"),
        ("moderation_words", "moderation_words"),
        ("first_comment", "first_is_held"),
        ("first_comment", "trust"),
        ("first_comment", "receipt_was_shown"),
        ("first_comment", "pair_was_approved"),
        ("limit_by_email", "by_email"),
        ("limit_on_article", "on_article"),
        ("limit_on_site", "on_site"),
    ],
)
def test_a_line_of_a_check_that_could_not_run_holds_and_says_so(verdict: ModuleType, check: str, fact: str) -> None:
    decided = verdict.decide(circumstances(verdict, **{fact: verdict.Unknown("timeout")}))
    assert (decided.outcome, decided.safe_reason) == ("hold", "review")
    failed = {each.check: line(each) for each in decided.reasons if each.result != "passed"}
    assert failed == {check: ("hold", "check_failed", "timeout", None)}
    assert len(decided.reasons) == len(CHECKS)


def test_a_line_of_a_broken_check_names_the_error_and_not_what_it_says(verdict: ModuleType) -> None:
    def spam_score(facts: object) -> None:
        raise KeyError("ann@example.org")

    decided = verdict.decide(circumstances(verdict), (*verdict.CHECKS, spam_score))
    assert (decided.outcome, decided.safe_reason) == ("hold", "review")
    last = decided.reasons[-1]
    assert (last.check, *line(last)) == ("spam_score", "hold", "check_failed", "KeyError", None)


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        ((), "approve"),
        (("passed",), "approve"),
        (("passed", "approve"), "approve"),
        (("passed", "hold"), "hold"),
        (("hold", "passed"), "hold"),
        (("hold", "approve"), "hold"),
        (("spam", "hold"), "spam"),
        (("hold", "spam", "passed"), "spam"),
        (("trash", "hold"), "trash"),
        (("spam", "trash"), "trash"),
    ],
)
def test_the_strictest_result_wins(verdict: ModuleType, results: tuple[str, ...], outcome: str) -> None:
    reasons = [
        verdict.Reason(check="any", code=verdict.Code.PASSED, saw=None, threshold=None, result=verdict.Result(each))
        for each in results
    ]
    assert verdict.strictest(reasons) is verdict.Outcome(outcome)


def test_a_comment_decided_as_spam_is_answered_like_a_held_one(verdict: ModuleType) -> None:
    def spam_score(facts: object) -> object:
        return verdict.Finding(result=verdict.Result.SPAM, code=verdict.Code.PASSED, saw=97, threshold=90)

    decided = verdict.decide(circumstances(verdict), (*verdict.CHECKS, spam_score))
    assert (decided.outcome, decided.safe_reason) == ("spam", "review")


def test_a_later_approval_ends_the_round_and_overrules_nothing_decided_before(verdict: ModuleType) -> None:
    held = circumstances(verdict, author_is_staff=True, everything_is_held=True)
    decided = verdict.decide(held, (verdict.hold_all, verdict.staff, verdict.links))
    assert (decided.outcome, decided.safe_reason) == ("hold", "all_held")
    assert [each.check for each in decided.reasons] == ["hold_all", "staff"]


@pytest.mark.parametrize(
    ("objections", "reason"),
    [
        ((), None),
        (("first_comment",), "first_comment"),
        (("all_held",), "all_held"),
        (("too_many_links",), "review"),
        (("moderation_word",), "review"),
        (("limit_reached",), "review"),
        (("disallowed_word",), "review"),
        (("check_failed",), "review"),
        (("too_many_links", "first_comment"), "review"),
        (("first_comment", "limit_reached"), "first_comment"),
        (("disallowed_word", "first_comment"), "review"),
        (("check_failed", "first_comment"), "review"),
        (("all_held", "too_many_links", "first_comment"), "all_held"),
        (("disallowed_word", "all_held"), "all_held"),
    ],
)
def test_the_safe_reason_is_that_of_the_first_objection_unless_all_are_held(
    verdict: ModuleType, objections: tuple[str, ...], reason: str | None
) -> None:
    def reason_with(code: str, result: str) -> object:
        return verdict.Reason(
            check="any", code=verdict.Code(code), saw=None, threshold=None, result=verdict.Result(result)
        )

    lines = [reason_with("staff", "approve"), *(reason_with(code, "hold") for code in objections)]
    assert verdict.safe_reason([reason_with("passed", "passed"), *lines]) == reason


@pytest.mark.parametrize("everything_is_held", [True, False])
@pytest.mark.parametrize("receipt_was_shown", [True, False])
def test_trash_is_told_exactly_what_a_held_word_is_told(
    verdict: ModuleType, everything_is_held: object, receipt_was_shown: object
) -> None:
    facts = {"everything_is_held": everything_is_held, "receipt_was_shown": receipt_was_shown}
    outcome, trash_is_told = told(verdict, disallowed_words=HITS, **facts)
    assert outcome == "trash"
    assert told(verdict, moderation_words=HITS, **facts) == ("hold", trash_is_told)


def test_reasons_can_be_kept_as_json_and_hold_no_value() -> None:
    facts = circumstances(
        app.comments.verdict,
        disallowed_words=HITS,
        trust=Trust.CLAIMED,
        pair_was_approved=False,
    )
    kept = json.loads(json.dumps([asdict(each) for each in app.comments.verdict.decide(facts).reasons]))
    assert kept[1] == {
        "check": "disallowed_words",
        "code": "disallowed_word",
        "saw": [{"word_id": 7, "field": "content"}, {"word_id": 9, "field": "author_name"}],
        "threshold": None,
        "result": "trash",
    }
    assert kept[5]["threshold"] == "claimed"


def test_facts_are_not_changed_by_deciding() -> None:
    facts = circumstances(app.comments.verdict)
    before = replace(facts)
    app.comments.verdict.decide(facts)
    assert facts == before

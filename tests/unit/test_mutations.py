"""Would a test notice if a rule or a check were broken?

Each function of the modules below is broken in every small way that BREAKERS know, one at a time, in memory,
and each entry is left out of its table once. The tests whose names contain the function's name are then run
against the broken copy, and one of them has to fail.
"""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import CodeType, ModuleType
from typing import Any

import pytest

import app.articles.rules
import app.comments.rules
import app.comments.verdict
from tests.unit import test_article_rules, test_rules, test_verdict

Test = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Subject:
    """A module that is broken, and the tests that take it as the argument of that name."""

    argument: str
    module: ModuleType
    tests: ModuleType


SUBJECTS = {
    subject.argument: subject
    for subject in (
        Subject("rules", app.comments.rules, test_rules),
        Subject("verdict", app.comments.verdict, test_verdict),
        Subject("article_rules", app.articles.rules, test_article_rules),
    )
}
TABLES = ("RULES", "CHECKS")

# What may be changed without a difference: function, before, after, and the reason.
EQUIVALENT: Mapping[tuple[str, str, str], str] = {
    ("ascii_host", "''", "'~'"): "neither is a host, and both are refused as a label",
}


# --- the ways to break a function --------------------------------------------------------------------------

FLIPS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
TWINS = {"min": "max", "max": "min", "any": "all", "all": "any"}


def comparisons(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for flipped in FLIPS[type(operator)]:
                operators = [*node.ops[:place], flipped(), *node.ops[place + 1 :]]
                yield ast.Compare(node.left, operators, node.comparators)


def connectives(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BoolOp(ast.And(), values):
            yield ast.BoolOp(ast.Or(), values)
        case ast.BoolOp(ast.Or(), values):
            yield ast.BoolOp(ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand


def sums(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp(left, ast.Add(), right):
            yield ast.BinOp(left, ast.Sub(), right)
        case ast.BinOp(left, ast.Sub(), right):
            yield ast.BinOp(left, ast.Add(), right)


def branches(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.If(_, body, orelse):
            yield from (ast.If(ast.Constant(truth), body, orelse) for truth in (True, False))


def constants(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(str(value)):
            yield ast.Constant(f"{value}~")


def names(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Name) and node.id in TWINS:
        yield ast.Name(TWINS[node.id], ast.Load())


def endings(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Return(ast.expr() as value) if ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.Break():
            yield ast.Pass()


BREAKERS = (comparisons, connectives, sums, branches, constants, names, endings)


def broken(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    for breaker in BREAKERS:
        yield from breaker(node)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node hangs in its tree."""

    parent: ast.AST
    field: str
    index: int | None

    @property
    def node(self) -> Any:  # noqa: ANN401 (whatever ast keeps there)
        value = getattr(self.parent, self.field)
        return value if self.index is None else value[self.index]

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def places_in(parent: ast.AST) -> Iterator[Place]:
    """Every place below a node that can be broken: not annotations, and not what an error says."""
    for field, value in ast.iter_fields(parent):
        if field in ("annotation", "returns", "decorator_list", "exc"):
            continue
        indices = range(len(value)) if isinstance(value, list) else [None]
        for place in (Place(parent, field, index) for index in indices):
            if isinstance(place.node, ast.AST) and not _is_docstring(place.node):
                yield place
                yield from places_in(place.node)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


@dataclass(frozen=True, slots=True)
class Mutant:
    function: str
    before: str
    after: str
    code: CodeType

    def module(self, name: str) -> ModuleType:
        copy = ModuleType(name)
        exec(self.code, copy.__dict__)  # noqa: S102 (our own source, with one change)
        return copy


@cache
def mutants_of(source: str) -> Mapping[str, list[Mutant]]:
    """All the broken copies of a module, by the function that is broken in them."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    mutants: dict[str, list[Mutant]] = {function.name: [] for function in functions}
    for function in functions:
        for place in list(places_in(function)):
            for node in list(broken(place.node)):
                mutants[function.name].append(_mutant(tree, place, node, function.name))
    for place, left_out in _entries_of_tables(tree):
        mutants[left_out.id].append(_mutant(tree, place, _without(place.node, left_out), left_out.id))
    return mutants


def _mutant(tree: ast.Module, place: Place, node: ast.AST, function: str) -> Mutant:
    before = place.node
    place.put(node)
    code = compile(ast.fix_missing_locations(tree), "<mutant>", "exec")
    mutant = Mutant(function, ast.unparse(before), ast.unparse(node), code)
    place.put(before)
    return mutant


def _entries_of_tables(tree: ast.Module) -> Iterator[tuple[Place, ast.Name]]:
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) in TABLES:
            for place in places_in(statement):
                if isinstance(place.node, ast.Tuple):
                    yield from ((place, entry) for entry in place.node.elts if isinstance(entry, ast.Name))


def _without(table: ast.Tuple, left_out: ast.Name) -> ast.Tuple:
    return ast.Tuple([entry for entry in table.elts if entry is not left_out], ast.Load())


# --- the tests that have to notice -------------------------------------------------------------------------


def named_after(function: str, tests: ModuleType, argument: str) -> list[Test]:
    return [
        test
        for name, test in vars(tests).items()
        if name.startswith("test_") and function in name and argument in inspect.signature(test).parameters
    ]


def cases_of(test: Test) -> Iterator[dict[str, object]]:
    """The arguments of every case that pytest would run."""
    tables = []
    for mark in getattr(test, "pytestmark", []):
        names, values = mark.args
        if isinstance(names, str):
            tables.append([{names: value} for value in values])
        else:
            tables.append([dict(zip(names, row, strict=True)) for row in values])
    for rows in product(*tables):
        yield {name: value for row in rows for name, value in row.items()}


def all_pass(tests: list[Test], argument: str, module: ModuleType) -> bool:
    try:
        for test in tests:
            for case in cases_of(test):
                test(**{argument: module}, **case)
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 (however it is noticed)
        return False
    return True


def survivors(mutants: list[Mutant], tests: list[Test], argument: str) -> list[Mutant]:
    return [mutant for mutant in mutants if _survives(mutant, tests, argument)]


def _survives(mutant: Mutant, tests: list[Test], argument: str) -> bool:
    try:
        module = mutant.module(SUBJECTS[argument].module.__name__)
    except Exception:  # noqa: BLE001 (a copy that cannot even be imported is noticed)
        return False
    return all_pass(tests, argument, module)


FUNCTIONS = [
    (subject.argument, function)
    for subject in SUBJECTS.values()
    for function in mutants_of(inspect.getsource(subject.module))
]


@pytest.mark.parametrize(("argument", "function"), FUNCTIONS)
def test_no_change_of_a_rule_goes_unnoticed(argument: str, function: str) -> None:
    subject = SUBJECTS[argument]
    tests = named_after(function, subject.tests, argument)
    assert tests, f"no test is named after {function}"
    assert all_pass(tests, argument, subject.module)
    mutants = mutants_of(inspect.getsource(subject.module))[function]
    unnoticed = {(each.function, each.before, each.after) for each in survivors(mutants, tests, argument)}
    assert unnoticed == {key for key in EQUIVALENT if key[0] == function}


def test_what_is_listed_as_equivalent_is_a_function_with_a_reason() -> None:
    assert {function for function, _, _ in EQUIVALENT} <= {function for _, function in FUNCTIONS}
    assert all(EQUIVALENT.values())


def test_a_weak_test_would_be_found_out() -> None:
    source = "def is_long(text):\n    return len(text) > 3\n"

    def weak(rules: ModuleType) -> None:
        assert rules.is_long("a long text")

    def strong(rules: ModuleType) -> None:
        assert rules.is_long("four")
        assert not rules.is_long("abc")

    mutants = mutants_of(source)["is_long"]
    assert {each.after for each in mutants} == {"len(text) >= 3", "len(text) <= 3", "4", "2", "return None"}
    assert {each.after for each in survivors(mutants, [weak], "rules")} == {"len(text) >= 3", "4", "2"}
    assert survivors(mutants, [strong], "rules") == []

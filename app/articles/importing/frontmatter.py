"""What does the front matter of a Markdown file say about its article, and is it safe to read?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import yaml

from app.articles.importing.page import UnreadablePage

MOST_CHARACTERS = 64 * 1024
DEEPEST = 10
FENCE = re.compile(r"---[ \t]*(?:\r\n|\n|\r)")
END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M)

# Each field with the keys that may give it, the preferred one first.
KEYS = {
    "title": ("title",),
    "standfirst": ("standfirst", "description", "summary"),
    "byline": ("byline", "author"),
    "categories": ("categories", "category"),
    "tags": ("tags",),
    "language": ("language", "lang"),
    "slug": ("slug",),
    "published_at": ("published_at", "date", "published"),
}
MANY = ("categories", "tags")


@dataclass(frozen=True, slots=True)
class Value:
    """One entry with the line it stands on; a list is kept as its texts, in order."""

    key: str
    texts: tuple[str, ...]
    is_list: bool
    line: int


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The entries by field, those that no field takes and why, the text, and the lines above it."""

    fields: dict[str, Value]
    unused: tuple[tuple[Value, str], ...]
    text: str
    lines_above: int


class _Loader(yaml.SafeLoader):
    """A loader that follows no alias and goes no deeper than an article's data needs: no bomb goes off.

    Only nodes are read, never values: a title `1984` and a language `no` stay what was typed.
    """

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not read; write the value out")
        if self.depth >= DEEPEST:
            raise yaml.YAMLError(f"nested deeper than {DEEPEST} levels")
        self.depth += 1
        try:
            return super().compose_node(parent, index)  # type: ignore[arg-type]  # the stub leaves out an int
        finally:
            self.depth -= 1


def split_front_matter(text: str) -> FrontMatter:
    """Read the front matter of a Markdown text.

    Raises:
        UnreadablePage: it is not closed, not YAML, too large, or a value is of the wrong kind.

    """
    opening = FENCE.match(text)
    if opening is None:
        return FrontMatter({}, (), text, 0)
    closing = END.search(text, opening.end())
    if closing is None:
        raise UnreadablePage("the front matter is not closed by a line of three dashes", line=1)
    if closing.start() > MOST_CHARACTERS:
        raise UnreadablePage(f"the front matter is longer than {MOST_CHARACTERS} characters", line=1)
    fields, unused = _by_field(list(_values(text[opening.end() : closing.start()])))
    return FrontMatter(fields, unused, text[closing.end() :], text.count("\n", 0, closing.end()))


def moment_in(value: Value) -> datetime:
    """Read a moment or a day (its midnight in UTC), with or without an offset."""
    text = re.sub(r"\s+(?=(?:[+-]\d{1,2}:?\d{2}|Z)$)", "", value.texts[0])
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        reason = f"{value.key!r} must be a date such as 2024-05-17 or 2024-05-17T09:30:00+02:00"
        raise UnreadablePage(reason, line=value.line) from None


def _values(source: str) -> Iterator[Value]:
    seen: set[str] = set()
    for key_node, node in _mapping(source):
        line = key_node.start_mark.line + 2
        if not isinstance(key_node, yaml.ScalarNode):
            raise UnreadablePage("a key of the front matter must be a word", line=line)
        key = key_node.value.strip()
        if key.casefold() in seen:
            raise UnreadablePage(f"{key!r} is given twice", line=line)
        seen.add(key.casefold())
        yield _value(key, node, line)


def _mapping(source: str) -> list[tuple[yaml.Node, yaml.Node]]:
    try:
        loader = _Loader(source)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else None
        raise UnreadablePage(f"the front matter is not YAML: {error.problem or error.context}", line=line) from None
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 2
        raise UnreadablePage("the front matter holds a character that YAML does not allow", line=line) from None
    except yaml.YAMLError as error:
        raise UnreadablePage(f"the front matter cannot be read: {error}", line=1) from None
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        raise UnreadablePage("the front matter must consist of `key: value` lines", line=2)
    return node.value  # type: ignore[no-any-return]  # the stub leaves its kind open


def _value(key: str, node: yaml.Node, line: int) -> Value:
    known = key.casefold() in {name for names in KEYS.values() for name in names}
    if isinstance(node, yaml.ScalarNode):
        return Value(key, () if node.tag.endswith(":null") else (node.value.strip(),), False, line)
    if known and not isinstance(node, yaml.SequenceNode):
        raise UnreadablePage(f"{key!r} must be a text, not a mapping", line=line)
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    if known and not all(isinstance(item, yaml.ScalarNode) for item in items):
        raise UnreadablePage(f"{key!r} must be a list of texts", line=line)
    texts = tuple(item.value.strip() for item in items if isinstance(item, yaml.ScalarNode))
    return Value(key, texts, True, line)


def _by_field(values: list[Value]) -> tuple[dict[str, Value], tuple[tuple[Value, str], ...]]:
    by_key = {value.key.casefold(): value for value in values}
    fields: dict[str, Value] = {}
    for field, keys in KEYS.items():
        given = [by_key[key] for key in keys if key in by_key and any(by_key[key].texts)]
        if given:
            fields[field] = given[0]
            _require_kind(field, given[0])
    used = {value.key for value in fields.values()}
    known = {key for keys in KEYS.values() for key in keys}
    unused = [value for value in values if value.key not in used]
    return fields, tuple((v, _why_unused(v, known)) for v in unused)


def _why_unused(value: Value, known: set[str]) -> str:
    if value.key.casefold() not in known:
        return "no field of an article goes by this name"
    return "another key says the same" if any(value.texts) else "empty"


def _require_kind(field: str, value: Value) -> None:
    if value.is_list and field not in (*MANY, "byline"):
        raise UnreadablePage(f"{value.key!r} must be one text, not a list", line=value.line)

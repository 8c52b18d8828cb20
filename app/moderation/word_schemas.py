"""What do words look like to moderators?"""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.comments.models import Status
from app.ground.openapi import Body, PageQuery, Text, TrueOrFalse
from app.moderation.schemas import StatusCountsSchema
from app.moderation.trying import MOST_TRIED, Trial
from app.site.matching import MAX_PATTERN_LENGTH
from app.site.models import WordKind, WordMode, WordTarget
from app.site.wordlist import WordChange, WordDraft

_KINDS = [str(kind) for kind in WordKind]
_MODES = [str(mode) for mode in WordMode]
_MEANING = "`word` finds whole words, with `*` for parts; `substring` finds it anywhere, as WordPress does."


def _kind(**options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(_KINDS), **options)


def _mode(**options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(_MODES), metadata={"description": _MEANING}, **options)


def _pattern(**options: Any) -> Text:
    return Text(metadata={"maxLength": MAX_PATTERN_LENGTH, "minLength": 1}, **options)


class WordsQuery(PageQuery):
    kind = _kind(load_default=None)


class NewWordSchema(Body):
    """A pattern that is somebody's whole e-mail or network address is kept sealed."""

    kind = _kind(required=True)
    mode = _mode(load_default=WordMode.WORD.value)
    pattern = _pattern(required=True)

    @post_load
    def _draft(self, data: dict[str, Any], **_options: Any) -> WordDraft:
        return WordDraft(kind=WordKind(data["kind"]), mode=WordMode(data["mode"]), pattern=data["pattern"])


class WordChangeSchema(Body):
    """What is left out stays."""

    kind = _kind()
    mode = _mode()
    pattern = _pattern()

    @post_load
    def _change(self, data: dict[str, Any], **_options: Any) -> WordChange:
        return WordChange(
            kind=WordKind(data["kind"]) if "kind" in data else None,
            mode=WordMode(data["mode"]) if "mode" in data else None,
            pattern=data.get("pattern"),
        )


class WordListSchema(Body):
    """A list with one pattern on a line, such as WordPress keeps it."""

    kind = _kind(required=True)
    mode = _mode(load_default=WordMode.SUBSTRING.value)
    list = Text(required=True)


class TrialSchema(Body):
    """A pattern to try on the newest comments."""

    pattern = _pattern(required=True)
    mode = _mode(load_default=WordMode.WORD.value)
    kind = _kind(load_default=None, allow_none=True)
    limit = fields.Integer(strict=True, load_default=200, validate=validate.Range(1, MOST_TRIED))
    addresses = TrueOrFalse(
        load_default=False,
        metadata={"description": "In e-mail addresses too; needs the right to see them, and is logged."},
    )

    @post_load
    def _trial(self, data: dict[str, Any], **_options: Any) -> Trial:
        return Trial(
            pattern=data["pattern"],
            mode=WordMode(data["mode"]),
            limit=data["limit"],
            addresses=data["addresses"],
        )


class WordSchema(Schema):
    """A word; where it is an address, `target` says so and the pattern is not shown."""

    id = fields.Integer(required=True)
    kind = _kind(required=True)
    mode = _mode(required=True)
    target = fields.String(required=True, validate=validate.OneOf([str(target) for target in WordTarget]))
    pattern = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True)
    changed_at = fields.AwareDateTime(required=True)
    changed_by = fields.String(required=True)
    version = fields.Integer(required=True)


class WordsSchema(Schema):
    items = fields.List(fields.Nested(WordSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class RefusedLineSchema(Schema):
    line = fields.Integer(required=True)
    code = fields.String(required=True)


class LoadedSchema(Schema):
    """What became of a list; lines that are no patterns are left out, and named."""

    added = fields.Integer(required=True)
    known = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RefusedLineSchema), required=True)


class RevealedPatternSchema(Schema):
    pattern = fields.String(required=True)


class CaughtSchema(Schema):
    id = fields.Integer(required=True)
    field = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf([str(status) for status in Status]))
    decided_by_person = fields.Boolean(required=True)
    author_name = fields.String(required=True)
    article = fields.String(required=True)
    excerpt = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class TriedSchema(Schema):
    """What a pattern would have caught, and how people had decided about that."""

    looked_at = fields.Integer(required=True)
    caught = fields.Integer(required=True)
    decided = fields.Nested(
        StatusCountsSchema, required=True, metadata={"description": "Caught, by people's decision."}
    )
    undecided = fields.Integer(required=True, metadata={"description": "Caught, and no person has decided."})
    items = fields.List(fields.Nested(CaughtSchema), required=True, metadata={"description": "The newest 100 of them."})

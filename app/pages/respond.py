"""What does "Leave a Reply" look like on a page: whom does it answer, what was typed, what is wrong with it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.comments.form import Field, ReplyForm
from app.ground.errors import FieldProblem


@dataclass(frozen=True, slots=True)
class Answered:
    """The comment that is answered."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class About:
    """The section that the reply is about, and where the form about the whole article is."""

    anchor: str
    heading: str
    cancel_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form: what somebody sent that was refused, with every reason, or what is known beforehand.

    `message` says what is wrong with the whole, `link` where it is already.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()
    message: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond:
    form: ReplyForm
    action: str
    parent: Answered | None
    about: About | None
    cancel_href: str
    typed: Typed

    @property
    def heading(self) -> str:
        return self.form.heading_to.replace("{name}", self.parent.name) if self.parent else self.form.heading

    @property
    def is_refused(self) -> bool:
        return bool(self.typed.problems or self.typed.message)

    def value(self, field: Field) -> str:
        return self.typed.fields.get(field.name, "")

    def error(self, field: Field) -> str | None:
        return next((problem.message for problem in self.typed.problems if problem.field == field.name), None)

    def field_of(self, problem: FieldProblem) -> str | None:
        """The field of the form that a problem belongs to."""
        return next((each.name for each in self.form.fields if each.name == problem.field), None)

    def described_by(self, field: Field) -> str:
        note = [f"rj-{field.described_by}"] if field.described_by else []
        return " ".join([f"rj-{field.name}-error", *note])

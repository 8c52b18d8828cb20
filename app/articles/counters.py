"""How do articles learn of comments?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.articles.models import Discussion, Section
from app.articles.topics import COMMENTS, topic_of
from app.ground import changes
from app.ground.db import is_sqlite
from app.ground.prepared import Prepared

_VISIBLE = "approved"
_FIGURES = (_VISIBLE, "pending", "spam", "trash", "version")

_LOCK = Prepared(
    lambda: (
        select(Discussion.article_id)
        .where(Discussion.article_id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
        .order_by(Discussion.article_id)
        .with_for_update()
    )
)
_ADD_TO_ARTICLE = Prepared(
    lambda: (
        update(Discussion)
        .where(Discussion.article_id == bindparam("of"))
        .values({name: getattr(Discussion, name) + bindparam(f"more_{name}") for name in _FIGURES})
    )
)
_ADD_TO_SECTION = Prepared(
    lambda: (
        update(Section).where(Section.id == bindparam("of")).values(reply_count=Section.reply_count + bindparam("more"))
    )
)


@dataclass(slots=True)
class ArticleCounts:
    """What one transaction adds to the figures of articles and sections; written once, in a fixed order."""

    by_status: dict[int, Counter[str]] = field(default_factory=dict)
    by_section: Counter[int] = field(default_factory=Counter)

    def touch(self, article_id: int) -> None:
        """Mark that what readers see under this article is no longer what it was."""
        self.add(article_id, _VISIBLE, 0)

    def add(self, article_id: int, status: str, difference: int) -> None:
        self.by_status.setdefault(article_id, Counter())[status] += difference

    def write(self, session: Session) -> None:
        session.flush()
        for article_id, differences in self.by_status.items():
            if _VISIBLE in differences:
                differences["version"] = 1
                changes.touch(session, topic_of(article_id), COMMENTS)
        _ADD_TO_ARTICLE.run_many(session, [
            {"of": article_id} | {f"more_{name}": differences[name] for name in _FIGURES}
            for article_id, differences in sorted(self.by_status.items())
            if any(differences.values())
        ])  # fmt: skip
        _ADD_TO_SECTION.run_many(session, [
            {"of": section_id, "more": difference}
            for section_id, difference in sorted(self.by_section.items())
            if difference
        ])  # fmt: skip


def lock_discussions(session: Session, article_ids: Iterable[int]) -> None:
    """Let nobody else change the comments of these articles until the transaction ends.

    Whoever changes comments takes these locks first and in this order, so that nobody waits in a circle.
    """
    if is_sqlite():
        return  # where whoever writes is alone
    _LOCK.all(session, ids=sorted(set(article_ids)))

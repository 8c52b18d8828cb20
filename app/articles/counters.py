"""How do articles learn of comments?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.articles.models import Discussion, Section
from app.articles.topics import COMMENTS, topic_of
from app.ground import changes

_VISIBLE = "approved"


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
        for article_id, differences in sorted(self.by_status.items()):
            figures = {name: getattr(Discussion, name) + n for name, n in differences.items() if n}
            if _VISIBLE in differences:
                figures["version"] = Discussion.version + 1
                changes.touch(session, topic_of(article_id), COMMENTS)
            if figures:
                session.execute(
                    update(Discussion).where(Discussion.article_id == article_id).values(figures),
                    execution_options={"synchronize_session": False},
                )
        for section_id in sorted(self.by_section):
            if difference := self.by_section[section_id]:
                session.execute(
                    update(Section)
                    .where(Section.id == section_id)
                    .values(reply_count=Section.reply_count + difference),
                    execution_options={"synchronize_session": False},
                )


def lock_discussions(session: Session, article_ids: Iterable[int]) -> None:
    """Let nobody else change the comments of these articles until the transaction ends.

    Whoever changes comments takes these locks first and in this order, so that nobody waits in a circle.
    """
    ids = sorted(set(article_ids))
    rows = select(Discussion.article_id).where(Discussion.article_id.in_(ids)).order_by(Discussion.article_id)
    session.execute(rows.with_for_update()).all()

"""Of what may an answer about articles say that it depends on it?"""

ARTICLES = "articles"  # which articles there are, and what their lists show of them but counts
COMMENTS = "comments"  # the visible comments of all articles together


def topic_of(article_id: int) -> str:
    """One article with everything that readers see under it: text, sections, comments, counts."""
    return f"article-{article_id}"

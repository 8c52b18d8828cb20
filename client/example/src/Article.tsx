import { useEffect, useState } from "react";
import { api, type Article } from "./api";

type State = Article | "loading" | "missing";

export function ArticlePage({ slug }: { slug: string }) {
  const [article, setArticle] = useState<State>("loading");

  useEffect(() => {
    const leaving = new AbortController();
    api
      .GET("/api/v1/articles/{slug}", { params: { path: { slug } }, signal: leaving.signal })
      .then(({ data }) => setArticle(data ?? "missing"))
      .catch(() => leaving.signal.aborted || setArticle("missing"));
    return () => leaving.abort();
  }, [slug]);

  if (article === "loading") return <p role="status">Loading …</p>;
  if (article === "missing") return <p role="alert">This article is not here.</p>;
  return (
    <>
      <article lang={article.language}>
        <h1>{article.title}</h1>
        {/* Rejoinder has cleaned it: no scripts, no styles. */}
        <div dangerouslySetInnerHTML={{ __html: article.html }} />
      </article>
      <rejoinder-thread article={article.slug} />
    </>
  );
}

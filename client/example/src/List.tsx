import { useEffect, useState } from "react";
import { api, type Summary } from "./api";

export function ArticleList() {
  const [articles, setArticles] = useState<Summary[]>([]);

  useEffect(() => {
    const leaving = new AbortController();
    api
      .GET("/api/v1/articles", { params: { query: { limit: 20 } }, signal: leaving.signal })
      .then(({ data }) => setArticles(data?.items ?? []))
      .catch(() => setArticles([]));
    return () => leaving.abort();
  }, []);

  return (
    <>
      <h1>Articles</h1>
      <ul>
        {articles.map(({ slug, title, language }) => (
          <li key={slug} lang={language}>
            <a href={`#/${encodeURIComponent(slug)}`}>{title}</a> <rejoinder-count article={slug} />
          </li>
        ))}
      </ul>
    </>
  );
}

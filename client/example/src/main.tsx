import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { ArticlePage } from "./Article";
import { ArticleList } from "./List";

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

/** The article after `#/`, or the list of all. */
function App() {
  const slug = useSyncExternalStore(subscribe, () => decodeURIComponent(location.hash.replace(/^#\/?/, "")));
  return <main>{slug === "" ? <ArticleList /> : <ArticlePage key={slug} slug={slug} />}</main>;
}

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

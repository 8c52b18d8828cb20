// What does a script add to an article's page? All of it works without, by way of the server.

import { Thread } from "./thread.js";

const { api, article, language } = document.querySelector("[data-rj-thread]").dataset;
const thread = new Thread(document, {
  source: location.origin + location.pathname,
  api: new URL(api, location.origin).href,
  article,
  language,
  query: location.search,
  turned: remember,
});
thread.begin();

addEventListener("popstate", () => {
  const query = new URLSearchParams(location.search);
  if (`${query}` !== `${thread.query}`) thread.turn(query).catch(() => location.reload());
});

/** Let the address say what is shown, so that it can be kept, shared and gone back to. */
function remember(query, hash) {
  const address = new URL(location.href);
  address.search = query;
  address.hash = hash;
  if (hash === "respond") history.replaceState(null, "", address);
  else if (address.href !== location.href) history.pushState(null, "", address);
}

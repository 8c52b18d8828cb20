// How does a thread, or a count of replies, stand in somebody else's page?

const NEAR = "600px"; // of the screen, where loading begins
const MOST_COUNTS = 100; // that the API tells at once

// Room is kept before anything is loaded, so that what stands below does not move.
const room = new CSSStyleSheet();
room.replaceSync(`
  :host { display: block; min-block-size: var(--rejoinder-room, 40rem); }
  :host([hidden]) { display: none; }
`);

/**
 * Teach the page both elements.
 * @param {object} site
 * @param {string} site.origin where Rejoinder is
 * @param {string} site.thread the module that makes a thread answer
 * @param {string[]} site.styles of a thread
 * @param {Record<string, {failed: string, retry: string}>} site.words for when no thread could be had, by language
 */
export function define(site) {
  const api = `${site.origin}/api/v1`;
  if (customElements.get("rejoinder-thread")) return; // the page loads it twice
  customElements.define("rejoinder-thread", threadOf(site, api));
  customElements.define("rejoinder-count", countOf(api));
}

/** The language of an element's own page, then those that the reader likes. */
function languagesOf(element) {
  const own = element.closest("[lang]")?.lang;
  return [own, ...navigator.languages].filter(Boolean);
}

function threadOf({ origin, thread, styles, words }, api) {
  const sheets = once(() => Promise.all(styles.map(sheetAt)));

  return class RejoinderThread extends HTMLElement {
    static observedAttributes = ["article", "lang", "sort", "section"];
    #thread = null;
    #near = null;

    connectedCallback() {
      if (!this.shadowRoot) this.attachShadow({ mode: "open" }).adoptedStyleSheets = [room];
      this.#begin();
    }

    disconnectedCallback() {
      this.#end();
    }

    attributeChangedCallback(_name, before, now) {
      if (this.isConnected && this.shadowRoot && before !== now) this.#begin();
    }

    /** Load when the reader comes near, or at once when it is a comment that they come for. */
    #begin() {
      this.#end();
      this.shadowRoot.replaceChildren();
      if (!this.getAttribute("article")) return;
      if (/^#comment-\d+$/.test(location.hash) && !document.querySelector(location.hash)) return this.#load();
      this.#near = new IntersectionObserver(
        (entries) => {
          if (entries.some((entry) => entry.isIntersecting)) this.#load();
        },
        { rootMargin: NEAR },
      );
      this.#near.observe(this);
    }

    async #load() {
      this.#end();
      const begun = (this.#near = { disconnect() {} }); // whoever ends this takes it away
      this.ariaBusy = "true";
      try {
        const [{ Thread }, sheet] = await Promise.all([import(thread), sheets()]);
        const loading = new Thread(this.shadowRoot, {
          source: `${origin}/embed/articles/${encodeURIComponent(this.getAttribute("article"))}`,
          api,
          article: this.getAttribute("article"),
          language: languagesOf(this).join(", "),
          query: this.#asked(),
          dress: (element) => this.#dress(element, loading.query),
        });
        const section = await loading.load();
        if (this.#near !== begun) return;
        this.shadowRoot.adoptedStyleSheets = [...sheet, room];
        this.shadowRoot.replaceChildren(section);
        this.#thread = loading;
        loading.begin();
      } catch (error) {
        if (this.#near === begun) this.#fail(error);
      }
      this.ariaBusy = null;
    }

    #end() {
      this.#near?.disconnect();
      this.#near = null;
      this.#thread?.end();
      this.#thread = null;
    }

    #asked() {
      const given = ["sort", "section"].filter((name) => this.getAttribute(name));
      return new URLSearchParams(given.map((name) => [name, this.getAttribute(name)]));
    }

    /** Let the page style each part by `::part(…)`, and tell it what is shown. */
    #dress(element, query) {
      for (const each of [element, ...element.querySelectorAll("[class^='rj']")]) {
        for (const name of each.classList) if (name.startsWith("rj-")) each.part.add(name.slice(3));
      }
      for (const each of element.querySelectorAll("button, input, textarea")) each.part.add(each.localName);
      const { article, total } = element.dataset;
      if (total === undefined) return;
      element.part.add("thread");
      const detail = { article, total: Number(total), section: query.get("section") };
      this.dispatchEvent(new CustomEvent("rejoinder:shown", { bubbles: true, composed: true, detail }));
    }

    #fail(error) {
      const language = languagesOf(this)
        .map((each) => each.split("-")[0])
        .find((each) => each in words);
      const { failed, retry } = words[language ?? "en"];
      const text = Object.assign(document.createElement("p"), { textContent: `${failed} `, part: "failed" });
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: retry });
      button.addEventListener("click", () => this.#load());
      text.append(button);
      this.shadowRoot.replaceChildren(text);
      this.dispatchEvent(new CustomEvent("rejoinder:failed", { bubbles: true, composed: true, detail: { error } }));
    }
  };
}

function countOf(api) {
  const waiting = new Set();

  /** Ask for all counts of a page at once. */
  async function ask() {
    const elements = [...waiting];
    waiting.clear();
    const slugs = [...new Set(elements.map((element) => element.article))].sort();
    for (let first = 0; first < slugs.length; first += MOST_COUNTS) {
      const asked = slugs.slice(first, first + MOST_COUNTS).map((slug) => ["slug", slug]);
      const answer = await fetch(`${api}/comments/counts?${new URLSearchParams(asked)}`, { credentials: "omit" });
      if (!answer.ok) return;
      const counts = await answer.json();
      for (const element of elements) if (element.article in counts) element.show(counts[element.article]);
    }
  }

  return class RejoinderCount extends HTMLElement {
    static observedAttributes = ["article"];

    get article() {
      return this.getAttribute("article");
    }

    // React sets what is a property as one.
    set article(slug) {
      this.setAttribute("article", slug);
    }

    connectedCallback() {
      document.addEventListener("rejoinder:shown", this);
      this.attributeChangedCallback();
    }

    disconnectedCallback() {
      document.removeEventListener("rejoinder:shown", this);
    }

    attributeChangedCallback() {
      if (!this.isConnected || !this.article) return;
      // What stands there until then stays where no answer comes.
      if (waiting.size === 0) queueMicrotask(() => ask().catch(() => {}));
      waiting.add(this);
    }

    /** A thread of the same page knows better, if it is shown whole. */
    handleEvent({ detail }) {
      if (detail.article === this.article && !detail.section) this.show(detail.total);
    }

    show(count) {
      this.textContent = count.toLocaleString(languagesOf(this));
    }
  };
}

async function sheetAt(url) {
  const answer = await fetch(url, { credentials: "omit" });
  if (!answer.ok) throw new Error(`${answer.status} from ${url}`);
  // Constructed, so that no policy of the page stands in its way.
  return new CSSStyleSheet().replace(await answer.text());
}

/** Do something once for all who ask, and again only if it failed. */
function once(work) {
  let result = null;
  return () => (result ??= work().catch((error) => ((result = null), Promise.reject(error))));
}

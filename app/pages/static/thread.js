// What makes a discussion answer without a reload, on our own pages and wherever one is embedded?

import { Keeping } from "./keeping.js";
import { made, parsed, wordsOf } from "./markup.js";
import { ReplyForm } from "./replying.js";
import { Sending } from "./sending.js";

const LOOK_EVERY = 30_000; // milliseconds between looks for new replies
const LONGEST_WAIT = 16 * LOOK_EVERY; // after looks that failed

/** A thread in a document or a shadow root. Its markup always comes from the server. */
export class Thread {
  sending = new Sending();
  #held = [];
  #wait = LOOK_EVERY;
  #end = new AbortController();

  /**
   * `source`: where the markup comes from; `language`: as in Accept-Language; `query`: which part is shown;
   * `turned(query, hash)` is called when another part is, `dress(element)` before new markup is.
   */
  constructor(root, { query = "", ...surroundings }) {
    Object.assign(this, { root, query: new URLSearchParams(query), ...surroundings });
    this.comments = `${this.api}/articles/${encodeURIComponent(this.article)}/comments`;
    this.keeping = new Keeping(`rejoinder ${this.api}`);
  }

  begin() {
    const { signal } = this.#end;
    this.#adopt();
    this.root.addEventListener("click", (event) => this.#clicked(event), { signal });
    addEventListener("pagehide", () => this.reply.keepDraft(), { signal });
    addEventListener("hashchange", () => this.#goToHash(), { signal });
    this.#goToHash();
    setTimeout(() => this.#look(), LOOK_EVERY);
    this.#lookUpReceipts();
  }

  end() {
    this.#end.abort();
  }

  comment(id) {
    return this.root.querySelector(`#comment-${id || 0}`);
  }

  /** Show another part, or the same as it is now. What was typed stays. */
  async turn(query = this.query) {
    const fresh = await this.load(query);
    this.query = query;
    this.section.replaceWith(fresh);
    this.#adopt();
  }

  async load(query = this.query) {
    const answer = await this.#ask(`${this.source}?${query}`);
    if (!answer.ok) throw new Error(answer.status);
    return parsed(await answer.text()).querySelector("[data-rj-thread]");
  }

  #ask(url, options) {
    return fetch(url, { headers: { "Accept-Language": this.language }, credentials: "omit", ...options });
  }

  #adopt() {
    this.section = this.root.querySelector("[data-rj-thread]");
    this.dress?.(this.section);
    this.words = wordsOf(this.section);
    this.language = this.section.dataset.language;
    this.total = Number(this.section.dataset.total);
    this.reply = new ReplyForm(this.section.querySelector("[data-rj-respond]"), this, this.reply);
    this.reply.section.append(...this.#held);
  }

  /** Show the thread as it is now, and in it a comment, wherever that stands. */
  show(id) {
    return this.#try(async () => {
      await this.turn();
      if (!this.comment(id)) await this.turn(new URLSearchParams({ comment: id }));
      if (this.comment(id)) this.lead(this.comment(id), `comment-${id}`);
    });
  }

  lead(element, hash) {
    this.turned?.(this.query, hash);
    if (element.tabIndex < 0) element.tabIndex = -1; // so that it can have the focus
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  }

  /** A permalink may lead to another page, and in a shadow root nowhere by itself. */
  #goToHash() {
    const [hash, id] = location.hash.match(/^#comment-(\d+)$/) ?? [];
    if (id && !document.querySelector(hash)) this.show(id);
  }

  #clicked(event) {
    const link = event.target.closest("[data-rj-nav], [data-rj-answer]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const id = link.dataset.rjAnswer;
    if (!id) return this.#follow(new URL(link.href));
    this.reply.answer(id);
    this.lead(this.reply.fields.content, "respond");
  }

  #follow({ searchParams, hash }) {
    return this.#try(async () => {
      await this.turn(searchParams);
      const target = { "#respond": "#rj-content", "#comments": "h2" }[hash] ?? hash;
      this.lead(this.section.querySelector(target), hash.slice(1));
    });
  }

  /** Do what needs the server, and say so when it does not answer. */
  #try(work) {
    return work().catch(() => this.#announce(this.words("failed"), () => this.#try(work)));
  }

  async #look() {
    if (!this.section.isConnected) return;
    const isDone = document.hidden || (await this.#lookForNews().catch(() => false));
    this.#wait = isDone ? LOOK_EVERY : Math.min(2 * this.#wait, LONGEST_WAIT);
    setTimeout(() => this.#look(), this.#wait);
  }

  async #lookForNews() {
    const asked = new URLSearchParams({ view: "flat", sort: "newest", limit: 1 });
    if (this.query.has("section")) asked.set("section", this.query.get("section"));
    const answer = await this.#ask(`${this.comments}?${asked}`, { cache: "no-cache" });
    if (!answer.ok) return false;
    const { items, total } = await answer.json();
    // Nothing moves until the reader asks for it.
    if (total > this.total) this.#announce(this.words("new", total - this.total), () => this.show(items[0].id));
    return true;
  }

  #announce(label, work) {
    const news = this.section.querySelector("[data-rj-news]");
    if (news.textContent !== label) news.replaceChildren(made("button", { type: "button" }, label));
    news.firstChild.onclick = work;
  }

  showHeld(html, message, receipt) {
    const link = made("a", { href: new URL(`/receipts/${receipt}`, this.api).href }, this.words("receipt"));
    const text = made("div", { className: "rj-text", dir: "auto" }, ...parsed(html).body.childNodes);
    const notes = made("p", {}, `${message} ${this.words("held")} `, link);
    const held = made("div", { className: "rj-held", tabIndex: -1 }, notes, text);
    held.dataset.rjHeld = "";
    this.dress?.(held);
    this.#held.push(held);
    this.reply.section.append(held);
    return held;
  }

  /** What has become of the comments of a reader who is remembered? */
  async #lookUpReceipts() {
    const open = this.keeping.reader.receipts.filter(({ approved }) => !approved);
    for (const { token, article } of open) {
      const answer = await this.#ask(`${this.api}/receipts/${token}`).catch(() => null);
      if (!(answer?.status < 405)) return; // not now; 404 is an answer
      const { status, html, message } = await answer.json();
      if (status !== "pending") this.keeping.note(token, status === "approved");
      else if (article === this.article) this.showHeld(html, message, token);
    }
  }
}

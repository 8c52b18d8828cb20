// How does "Leave a Reply" work without a reload?

import { made, parsed } from "./markup.js";
import { post, Sending } from "./sending.js";

const TYPED = ["content", "author_name", "author_email", "author_website", "parent_id"];
const NEAR_THE_LIMIT = 500; // characters
const PAUSE = 400; // milliseconds without typing, after which a draft is kept

/** A thread's reply form. One drawn anew takes over what was typed in the one before. */
export class ReplyForm {
  #home = document.createComment("where the form stands by itself");

  constructor(section, thread, before) {
    Object.assign(this, { section, thread, draft: `draft ${thread.article}` });
    this.form = this.#find("form");
    if (!this.form) return; // the discussion is closed
    thread.section.append(this.#home); // where it stands now may be under the comment that it answers
    this.fields = this.form.elements;
    this.errors = this.#find(".rj-errors");
    this.status = this.#find("[data-rj-status]");
    this.place = this.#find("[data-rj-preview-place]");
    this.#find("[data-rj-preview]").hidden = false;
    this.#find("[data-rj-remember]").hidden = !thread.keeping.lasts;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#busy(() => this.#submit());
    });
    this.form.addEventListener("input", (event) => this.#changed(event.target));
    section.addEventListener("click", (event) => this.#clicked(event));
    const { fields } = thread.keeping.reader;
    this.fields.remember.checked = Boolean(fields);
    this.#fill(before?.form ? before.typed : { ...fields, content: thread.keeping.read(this.draft) });
  }

  get typed() {
    return Object.fromEntries(TYPED.map((name) => [name, this.fields[name].value || null]));
  }

  /** Fill in what is empty: what the server has filled in is newer. */
  #fill(values) {
    if (!this.thread.comment(values.parent_id)) values.parent_id = ""; // who is not seen is not answered
    for (const name of TYPED) this.fields[name].value ||= values[name] ?? "";
    this.#count();
    this.#stand();
  }

  #changed(field) {
    this.#mark(field.name, null);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepDraft(), PAUSE);
    if (field === this.fields.remember && !field.checked) this.thread.keeping.write("reader", null);
  }

  /** The words alone: name and address are kept for who agreed to it. */
  keepDraft() {
    if (!this.form) return;
    this.#count(); // read out after a pause
    this.thread.keeping.write(this.draft, this.typed.content);
  }

  #count() {
    const { value, dataset } = this.fields.content;
    const left = dataset.limit - [...value].length; // in characters, as the server counts
    const told = left > NEAR_THE_LIMIT ? "" : this.thread.words(left < 0 ? "over" : "left", Math.abs(left));
    this.#find("[data-rj-counter]").textContent = told;
  }

  #clicked(event) {
    const link = event.target.closest("a, button");
    if (link?.matches("[data-rj-preview]")) this.#busy(() => this.#preview());
    // Within a shadow root no address leads to a field.
    if (link?.matches("[href^='#rj-']")) this.#find(link.hash).focus();
    if (!link?.matches("[data-rj-cancel]")) return;
    event.preventDefault();
    const answered = this.thread.comment(this.fields.parent_id.value);
    this.answer("");
    this.thread.lead(answered?.querySelector("[data-rj-answer]") ?? this.fields.content, "respond");
  }

  /** Answer a comment under it, or nobody where the form stands by itself. */
  answer(id) {
    this.fields.parent_id.value = id;
    this.thread.query.delete("reply_to");
    if (id) this.thread.query.set("reply_to", id);
    this.#stand();
  }

  #stand() {
    const id = this.fields.parent_id.value;
    const article = this.thread.comment(id)?.querySelector("article");
    if (article) article.after(this.section);
    else this.#home.after(this.section);
    if (id && !article) return; // it is on another page: the server has said whom it answers
    const title = this.#find("[data-heading]");
    const { heading, headingTo } = title.dataset;
    const name = article?.querySelector("[data-rj-answer]").dataset.name;
    title.textContent = name ? headingTo.replace("{name}", () => name) : heading;
    this.#find("[data-rj-cancel]").hidden = !name;
  }

  async #preview() {
    const { comments, language } = this.thread;
    const answer = await post(`${comments}/preview`, JSON.stringify({ content: this.fields.content.value }), language);
    const told = await answer.json();
    this.place.hidden = !answer.ok;
    if (!answer.ok) return this.#refuse(told);
    this.#forgive();
    this.place.replaceChildren(...parsed(told.html).body.childNodes);
    this.place.focus();
  }

  async #submit() {
    this.keepDraft();
    const { keeping, comments, language, sending, words } = this.thread;
    const { typed } = this;
    const reply = { ...typed, section: this.fields.section.value || null, receipt: keeping.receiptFor(typed) ?? this.fields.receipt.value };
    const answer = await sending.send(comments, reply, language, (seconds) => {
      this.status.textContent = `${words("lost")} ${words("retrying", seconds)}`;
    });
    if (!answer) return words("lost");
    const told = await answer.json();
    return answer.ok ? this.#sent(told, typed) : this.#refuse(told);
  }

  #sent({ comment, status, message, receipt }, { content, parent_id, ...fields }) {
    const { thread } = this;
    const approved = status === "approved";
    thread.sending = new Sending();
    const now = thread.reply.form ? thread.reply : this; // it may have been turned meanwhile
    now.#forgive();
    now.fields.content.value = "";
    now.keepDraft();
    now.place.hidden = true;
    now.answer("");
    if (this.fields.remember.checked)
      thread.keeping.remember(fields, { token: receipt, article: thread.article, approved });
    if (approved) return thread.show(comment.id);
    thread.showHeld(comment.html, message, receipt).focus();
  }

  /** Lock the form while something is under way, then say what came of it, if that is a word. */
  async #busy(work) {
    if (this.form.ariaBusy === "true") return;
    const { words } = this.thread;
    this.#lock(true, words("sending"));
    this.#lock(false, (await work().catch(() => words("broken"))) ?? "");
  }

  #lock(isBusy, status) {
    this.form.ariaBusy = isBusy;
    this.status.textContent = status;
    for (const field of this.fields) field.readOnly = isBusy;
  }

  #refuse({ errors, detail, permalink }) {
    this.#forgive();
    const lines = (errors ?? [{ message: detail }]).map(({ field, message }) => {
      const href = this.#mark(field, message) ? `#rj-${field}` : permalink;
      return made("li", {}, href ? made("a", { href }, message) : message);
    });
    this.errors.querySelector("ul").replaceChildren(...lines);
    this.errors.hidden = false;
    this.errors.focus();
  }

  #forgive() {
    this.errors.hidden = true;
    for (const name of TYPED) this.#mark(name, null);
  }

  /** Say beside a field what is wrong; null is nothing. False where no such field is seen. */
  #mark(name, message) {
    const slot = this.#find(`#rj-${name}-error`);
    if (!slot) return false;
    slot.hidden = message === null;
    slot.textContent = message;
    this.fields[name].ariaInvalid = message && "true";
    return true;
  }

  #find(selector) {
    return this.section.querySelector(selector);
  }
}

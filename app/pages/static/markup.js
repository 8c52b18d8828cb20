// How does what the server wrote become part of a page?

// A page that demands Trusted Types must allow this policy: for what our server has sanitised, and nothing else.
const policy = globalThis.trustedTypes?.createPolicy("rejoinder", { createHTML: (html) => html });

/** A document in which nothing runs or loads. */
export const parsed = (html) => new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");

/** An element with these properties and children. */
export function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** The words that a thread brings along. One that counts is there as its language counts: `new-one`, `new-other`. */
export function wordsOf(thread) {
  const said = thread.querySelector("[data-rj-words]").dataset;
  const { language } = thread.dataset;
  return (name, count = 0) => {
    const form = new Intl.PluralRules(language).select(count) === "one" ? "One" : "Other";
    return (said[name + form] ?? said[name]).replace("{count}", count.toLocaleString(language));
  };
}

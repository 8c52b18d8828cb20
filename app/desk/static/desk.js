// How does the desk act without a new page, and answer to keys?
//
// Everything here works without this file. A form is sent, the answer is a page, and the page's <main> takes the place
// of the one that is shown; the focus goes to what is next. `data-whole` on a form or link leaves it to the browser,
// `data-focus` marks what an answer wants to be read first, `data-key` what a key presses.

const KEYS_OFF = "rejoinder.desk.keys-off";
const policy = globalThis.trustedTypes?.createPolicy("desk", { createHTML: (html) => html }); // for our own pages
const main = () => document.getElementById("main");
const cards = () => [...main().querySelectorAll("[data-comment]")];
let latest = 0;
let returning = 0; // the one of them that a step through the history waits for
let order = []; // of the list that was shown last
let shown = withoutPlace(location.href);

// --- Sending and showing -------------------------------------------------------------------------------------------

async function show(url, options, next) {
  const mine = ++latest;
  const pressed = options.submitter;
  main().classList.add("is-busy");
  main().setAttribute("aria-busy", "true");
  pressed?.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(url, { ...options.request, headers: { Accept: "text/html" }, credentials: "same-origin" });
    const html = await answer.text();
    if (mine !== latest) return;
    if (!put(html, answer, options)) return answer.ok ? leave(answer.url) : tellLost(pressed);
    focusOn(next);
  } catch {
    if (mine === latest) tellLost(pressed);
  } finally {
    if (mine === latest) rest();
    pressed?.removeAttribute("aria-disabled");
  }
}

function rest() {
  main().classList.remove("is-busy");
  main().removeAttribute("aria-busy");
}

// The answer's page in the place of this one; false where it is no page of the desk, such as the log-in.
function put(html, answer, { isStep }) {
  const fresh = new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");
  const content = fresh.getElementById("main");
  const nav = fresh.querySelector(".desk-nav");
  if (!content || (answer.ok && !nav) || needsOwnFiles(fresh)) return false;
  const url = answer.redirected || isStep ? answer.url : location.href;
  if (url !== location.href) history[isStep ? "pushState" : "replaceState"]({ desk: true }, "", url);
  document.title = fresh.title;
  main().replaceWith(document.adoptNode(content));
  if (nav) document.querySelector(".desk-nav")?.replaceWith(document.adoptNode(nav));
  shown = withoutPlace(location.href);
  prepare();
  document.getElementById("said").textContent = main().querySelector(".done-bar p, .note-said")?.textContent ?? "";
  document.dispatchEvent(new CustomEvent("desk:shown"));
  return true;
}

// A page with a style or script that this one has not read is opened as a page of its own.
function needsOwnFiles(fresh) {
  const read = new Set([...document.querySelectorAll("link[rel=stylesheet], script[src]")].map(addressOf));
  return [...fresh.querySelectorAll("link[rel=stylesheet], script[src]")].some((each) => !read.has(addressOf(each)));
}

const addressOf = (element) => element.getAttribute("href") ?? element.getAttribute("src");

function leave(url) {
  location.assign(url);
}

// The answer never came, and nobody knows whether the request did. Sent again it does nothing twice.
function tellLost(pressed) {
  let told = document.getElementById("lost");
  if (!told) {
    told = document.createElement("p");
    told.id = "lost";
    told.className = "note note-wrong";
    told.setAttribute("role", "alert");
    main().prepend(told);
  }
  told.textContent = "The connection was lost. Please try again: nothing will be done twice.";
  pressed?.focus();
}

function focusOn(next) {
  const wanted = main().querySelector("[data-focus]") ?? next?.() ?? main().querySelector("h1");
  if (!wanted) return;
  if (wanted.tabIndex < 0 && !wanted.hasAttribute("tabindex")) wanted.tabIndex = -1;
  wanted.focus();
  wanted.scrollIntoView({ block: "nearest" });
}

// Where to go on: at the comment that it was about if that is still there, else at the next of the list, else the first.
function after(id) {
  const rest = order.includes(id) ? order.slice(order.indexOf(id)) : [id];
  return () => rest.map((each) => document.getElementById(each)).find(Boolean) ?? cards()[0];
}

const idIn = (path) => path.match(/^\/desk\/comments\/(\d+)/)?.[1];
const about = (path) => idIn(path) && `comment-${idIn(path)}`;

function mayBeOurs(element, event) {
  return !event.defaultPrevented && !element.closest("[data-whole]") && !element.hasAttribute("target");
}

function withoutPlace(url) {
  return url.split("#")[0];
}

// Attributes, not properties: a button that is named "action" hides the form's own.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const submitter = event.submitter;
  const method = form.getAttribute("method")?.toLowerCase() ?? "get";
  if (form.closest("[data-whole]") && method === "post") return sendOnce(form, event);
  if (method === "dialog" || !main().contains(form) || !mayBeOurs(form, event)) return;
  event.preventDefault();
  if (submitter?.getAttribute("aria-disabled") === "true") return;
  const fields = new URLSearchParams(new FormData(form, submitter));
  const typed = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
  const url = new URL(typed, location.href);
  if (method === "get") {
    url.search = new URLSearchParams([...fields].filter(([, value]) => value));
    return show(url, { submitter, isStep: true, request: {} }, null);
  }
  const next = after(about(url.pathname) ?? current()?.id);
  return show(url, { submitter, request: { method: "POST", body: fields } }, next);
});

// What a browser sends by itself is sent once: a second answer would hide the first, with the secret that it told.
function sendOnce(form, event) {
  if (event.defaultPrevented) return;
  if ("sent" in form.dataset) event.preventDefault();
  form.dataset.sent = "";
}

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || !main().contains(link) || !mayBeOurs(link, event)) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !url.pathname.startsWith("/desk/")) return;
  if (url.hash && withoutPlace(url.href) === withoutPlace(location.href)) return;
  event.preventDefault();
  const id = about(url.pathname) ?? about(location.pathname) ?? (link.hasAttribute("data-back") && cards()[0]?.id);
  show(url, { isStep: true, request: {} }, id ? after(id) : null);
});

// A step to another place of the same page is the browser's; what is typed there stays.
addEventListener("popstate", () => {
  if (withoutPlace(location.href) !== shown) {
    show(location.href, { request: {} }, after(about(new URL(shown).pathname)));
    returning = latest;
  } else if (latest === returning) {
    latest += 1; // back and forth before an answer came: what is shown is right again
    rest();
  }
});

// --- Keys ----------------------------------------------------------------------------------------------------------

// The comment that keys are about: where the focus is, else the one that is looked at first.
function current() {
  return document.activeElement?.closest?.("[data-comment]") ?? null;
}

function step(by) {
  const all = cards();
  const at = all.indexOf(current());
  const next = at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const card = current() ?? cards()[0];
  card?.querySelector(`[data-key="${key}"]`)?.click();
}

function answer() {
  const reply = (current() ?? cards()[0])?.querySelector("[data-reply]");
  if (!reply) return;
  reply.open = true;
  writeIn(reply);
}

// What is typed shall not stand behind the bar at the bottom.
function writeIn(reply) {
  const field = reply.querySelector("textarea");
  field.focus();
  field.scrollIntoView({ block: "nearest" });
}

function select() {
  const box = (current() ?? cards()[0])?.querySelector('input[name="seen"]');
  if (!box) return;
  box.click();
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => press("a"),
  s: () => press("s"),
  t: () => press("t"),
  e: () => press("e"),
  r: answer,
  x: select,
  u: () => main().querySelector("[data-undo] button")?.click(),
  "?": () => document.getElementById("keys")?.showModal(),
};

const placeOf = (code) => code.match(/^Key([A-Z])$/)?.[1].toLowerCase();

function isTyping(element) {
  return element.closest('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], dialog');
}

document.addEventListener("keydown", (event) => {
  // On a keyboard of other letters, by the place of the key.
  const act = ACTS[event.key] ?? (/^[\x20-\x7e]$/.test(event.key) ? undefined : ACTS[placeOf(event.code)]);
  if (!act || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.repeat && event.key !== "j" && event.key !== "k") return;
  if (isTyping(event.target) || (isOff() && event.key !== "?")) return;
  event.preventDefault();
  act();
});

// Out of a field, back to its comment.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const reply = event.target.closest("[data-reply]");
  if (!reply) return;
  reply.open = false;
  reply.closest("[data-comment]").focus();
});

// It is told late: whoever has gone on by Tab meanwhile is not called back.
document.addEventListener("toggle", (event) => {
  const reply = event.target;
  if (!reply.matches?.("[data-reply]") || !reply.open) return;
  const focused = document.activeElement;
  if (!reply.contains(focused) || focused.matches("summary")) writeIn(reply);
}, true);

// Keys of one letter can be switched off, as WCAG 2.1.4 asks; a browser that stores nothing keeps them on.
function isOff() {
  try {
    return localStorage.getItem(KEYS_OFF) === "yes";
  } catch {
    return false;
  }
}

function switchKeys(on) {
  try {
    if (on) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "yes");
  } catch {
    // They stay on.
  }
}

// --- What only a script can offer ------------------------------------------------------------------------------------

function prepare() {
  if (main().querySelector("ol [data-comment]")) order = cards().map((each) => each.id);
  countSelected();
}

function countSelected() {
  const place = main().querySelector("[data-selected]");
  if (!place) return;
  const number = main().querySelectorAll('input[name="seen"]:checked').length;
  place.textContent = number ? `${number} selected:` : "Those selected:";
}

document.addEventListener("change", (event) => {
  if (event.target.matches('input[name="seen"]')) countSelected();
  if (event.target.id === "keys-on") switchKeys(event.target.checked);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) document.getElementById("keys").showModal();
  if (!event.target.closest("[data-select-page]")) return;
  const boxes = [...main().querySelectorAll('input[name="seen"]')];
  const wanted = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = wanted;
  countSelected();
});

const switched = document.getElementById("keys-on");
if (switched) switched.checked = !isOff();
prepare();

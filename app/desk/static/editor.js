// What does the article editor do beyond sending its form?
//
// The preview is the same piece of page that the button "Preview" shows without JavaScript: the server renders it, and
// here it only takes the place of the older one.

const PAUSE = 400; // milliseconds without a key before the server is asked

const policy = globalThis.trustedTypes?.createPolicy("editor", { createHTML: (html) => html }); // for the preview
const form = document.querySelector("[data-editor]");
const place = document.querySelector("[data-preview]");

if (form && place) {
  keepPreviewCurrent();
  keepUnsavedWords();
}

function keepPreviewCurrent() {
  const status = document.querySelector("[data-preview-status]");
  let waiting = 0;
  let asking = null;

  const show = async () => {
    asking?.abort();
    asking = new AbortController();
    const sent = new FormData(form);
    sent.set("part", "preview");
    try {
      const answer = await fetch(place.dataset.preview, {
        method: "POST",
        body: new URLSearchParams(sent),
        signal: asking.signal,
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const html = await answer.text();
      const page = new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");
      place.replaceChildren(...page.body.childNodes);
      status.textContent = "";
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = status.dataset.failed;
    }
  };

  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-previewed]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
  if (form.elements.body.value && !place.hasChildNodes()) show();
}

function keepUnsavedWords() {
  let isChanged = form.hasAttribute("data-unsaved");
  form.addEventListener("input", () => (isChanged = true));
  form.addEventListener("submit", () => (isChanged = false));
  addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]"));
  });
}

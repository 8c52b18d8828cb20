// How is the OpenAPI document drawn? By Swagger UI, which has asked no other host for anything.

const place = document.querySelector("[data-document]");

// It knows dark colours, and waits to be told.
const darkness = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", darkness.matches);
darkness.addEventListener("change", follow);
follow();

window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: false, // it would put a link into each route's button
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  showCommonExtensions: true,
  syntaxHighlight: false, // its colours are too pale for some
  tryItOutEnabled: true,
  validatorUrl: null, // its default is a service elsewhere
  withCredentials: false,
});

// What can be scrolled can be reached by keyboard, and what can be written in has a name.
const complete = () => {
  for (const shown of place.querySelectorAll("pre.microlight:not([tabindex])")) shown.tabIndex = 0;
  for (const written of place.querySelectorAll("textarea:not([aria-label])")) written.ariaLabel = "Request body";
};
new MutationObserver(complete).observe(place, { childList: true, subtree: true });

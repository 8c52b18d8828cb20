// How is the OpenAPI document drawn? By Swagger UI, which has asked no other host for anything.

const place = document.querySelector("main[data-document]");

window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  showCommonExtensions: true,
  tryItOutEnabled: true,
  validatorUrl: null, // its default is a service elsewhere
  withCredentials: false,
});

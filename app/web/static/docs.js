// Swagger UI in its own place of the page, fed from our own host.

window.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("operations");
  window.SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    validatorUrl: null,
    persistAuthorization: true,
    displayRequestDuration: true,
  });
});

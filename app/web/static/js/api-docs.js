// Shows the API's document with Swagger UI; the page names its address.
"use strict";

window.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("document");
  window.SwaggerUIBundle({
    url: place.dataset.url,
    domNode: place,
    deepLinking: true,
    validatorUrl: null,
    persistAuthorization: false,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
});

/* Reads a QR code with the browser's own detector where there is one; the code can always be typed. */
(() => {
  "use strict";
  const button = document.querySelector("[data-scan]");
  const view = document.querySelector("[data-scan-view]");
  if (!button || !view || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const field = document.getElementById(button.dataset.scan);
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let stream = null;

  const stop = () => {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    view.hidden = true;
  };
  const look = async () => {
    if (!stream) return;
    try {
      const [found] = await detector.detect(view);
      if (found) {
        stop();
        field.value = found.rawValue;
        field.form.requestSubmit();
        return;
      }
    } catch {
      /* a frame that cannot be read; the next one may */
    }
    setTimeout(look, 200);
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (stream) {
      stop();
      return;
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      view.srcObject = stream;
      view.hidden = false;
      await view.play();
      look();
    } catch {
      stop();
      field.focus(); /* no camera, or not allowed: type the code */
    }
  });
  addEventListener("pagehide", stop);
})();

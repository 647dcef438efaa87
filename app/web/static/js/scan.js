/* Reads a QR code by the camera: with the browser's own detector where it reads such codes, otherwise with a
   reader that is fetched at the first tap and not before. The code can always be typed. */
(() => {
  "use strict";
  const button = document.querySelector("[data-scan]");
  const view = document.querySelector("[data-scan-view]");
  const told = document.querySelector("[data-scan-told]");
  if (!button || !view || !told || !navigator.mediaDevices) return;
  const field = document.getElementById(button.dataset.scan);
  const label = button.querySelector("span");
  const scan = label.textContent;
  const WIDEST = 640; /* pixels across that are looked at: enough for a code that fills half the picture */
  let stream = null;
  let read = null;

  const fetched = (url) =>
    new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = url;
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    });

  const reader = async () => {
    if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      return async () => (await detector.detect(view))[0]?.rawValue;
    }
    await fetched(button.dataset.reader);
    const canvas = document.createElement("canvas");
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    return async () => {
      const scale = Math.min(1, WIDEST / view.videoWidth);
      canvas.width = Math.round(view.videoWidth * scale);
      canvas.height = Math.round(view.videoHeight * scale);
      if (!canvas.width || !canvas.height) return undefined;
      brush.drawImage(view, 0, 0, canvas.width, canvas.height);
      const picture = brush.getImageData(0, 0, canvas.width, canvas.height);
      return jsQR(picture.data, picture.width, picture.height, { inversionAttempts: "dontInvert" })?.data;
    };
  };

  const say = (name) => {
    told.textContent = name ? told.dataset[name] : "";
    told.hidden = !name;
  };
  const stop = () => {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    view.srcObject = null;
    view.hidden = true;
    label.textContent = scan;
  };
  const look = async () => {
    if (!stream) return;
    let found;
    try {
      found = await read();
    } catch {
      /* a frame that cannot be read; the next one may */
    }
    if (!stream) return;
    if (found) {
      stop();
      say("");
      field.value = found;
      field.form.requestSubmit();
      return;
    }
    setTimeout(look, 150);
  };
  const start = async () => {
    say("wait");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      read ??= await reader();
      view.srcObject = stream;
      view.hidden = false;
      await view.play();
    } catch (fault) {
      stop();
      say(fault.name === "NotAllowedError" ? "refused" : "none");
      field.focus(); /* no camera, or not allowed: type the code */
      return;
    }
    label.textContent = told.dataset.stop;
    say("aim");
    look();
  };

  button.hidden = false;
  button.addEventListener("click", () => {
    if (!stream) return start();
    stop();
    say("");
    return undefined;
  });
  addEventListener("pagehide", stop);
})();

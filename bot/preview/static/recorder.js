// Voice notes. Where the browser cannot record, a sound file does instead.
import { upload } from "./attachments.js";
import { toast } from "./toast.js";

const KINDS = [["audio/webm", "weba"], ["audio/mp4", "m4a"], ["audio/ogg", "oga"]];

export function recorder(writing) {
  const panel = document.getElementById("recorder");
  const recorded = document.getElementById("recorded");
  const able = Boolean(window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
  let running = null; // { recorder, chunks, timer, kept }

  const count = (since) => {
    const seconds = Math.floor((Date.now() - since) / 1000);
    recorded.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };

  const ended = ({ recorder: machine, chunks, timer, kept }, ending, stream) => {
    clearInterval(timer);
    stream.getTracks().forEach((track) => track.stop());
    panel.hidden = true;
    writing.rest();
    if (!kept) return;
    upload(writing, new Blob(chunks, { type: machine.mimeType }), `voice-note.${ending}`, { voice: true });
  };

  const begin = async () => {
    const [kind, ending] = KINDS.find(([type]) => MediaRecorder.isTypeSupported(type)) || ["", "weba"];
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const machine = new MediaRecorder(stream, kind ? { mimeType: kind } : {});
    const since = Date.now();
    const now = { recorder: machine, chunks: [], timer: setInterval(() => count(since), 500), kept: false };
    machine.addEventListener("dataavailable", (event) => now.chunks.push(event.data));
    machine.addEventListener("stop", () => ended(now, ending, stream));
    machine.start();
    count(since);
    running = now;
    panel.hidden = false;
    document.getElementById("record-send").focus();
  };

  const stop = (kept) => {
    running.kept = kept;
    running.recorder.stop();
  };

  document.getElementById("record").addEventListener("click", () => {
    if (!able) {
      document.dispatchEvent(new Event("pick-voice"));
      return;
    }
    begin().catch(() => {
      toast("No microphone: pick a sound file instead.");
      document.dispatchEvent(new Event("pick-voice"));
    });
  });
  document.getElementById("record-send").addEventListener("click", () => stop(true));
  document.getElementById("record-drop").addEventListener("click", () => stop(false));
}

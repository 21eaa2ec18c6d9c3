import Pad from "signature_pad";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.js";
import { texts } from "../texts/index.js";
import { canvasBlob } from "./canvas-blob.js";

/** A pause of the pen: the signature may go on. */
const KEEP_AFTER_MS = 400;

/** A white field to sign in. Hands out a PNG when the pen rests, null when the field is empty again. */
export function SignaturePad({ keep }: { keep(bytes: Blob | null): void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pad = useRef<Pad | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latestKeep = useRef(keep);
  latestKeep.current = keep;
  const [strokes, setStrokes] = useState(0);

  const changed = () => {
    setStrokes(pad.current?.toData().length ?? 0);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void handOut(), KEEP_AFTER_MS);
  };
  const handOut = async () => {
    timer.current = undefined;
    if (!pad.current || !canvas.current) return;
    latestKeep.current(pad.current.isEmpty() ? null : await canvasBlob(canvas.current, "image/png"));
  };

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    // Ink on paper, in the dark too: this is what is printed.
    const made = new Pad(element, {
      backgroundColor: "rgb(255, 255, 255)",
      penColor: "rgb(10, 10, 40)",
      minWidth: 0.8,
      maxWidth: 3,
    });
    pad.current = made;
    made.addEventListener("endStroke", changed);
    const fit = () => {
      const data = made.toData();
      const ratio = Math.max(devicePixelRatio, 1);
      const width = Math.round(element.offsetWidth * ratio);
      const height = Math.round(element.offsetHeight * ratio);
      if (element.width === width && element.height === height) return;
      element.width = width;
      element.height = height;
      element.getContext("2d")?.scale(ratio, ratio);
      made.clear();
      made.fromData(data);
    };
    const watcher = new ResizeObserver(fit);
    watcher.observe(element);
    fit();
    return () => {
      watcher.disconnect();
      // A stroke within the pause before leaving is kept too.
      if (timer.current !== undefined) {
        clearTimeout(timer.current);
        void handOut();
      }
      made.off();
      pad.current = null;
    };
  }, []);

  const undo = () => {
    pad.current?.fromData(pad.current.toData().slice(0, -1));
    changed();
  };
  const clear = () => {
    pad.current?.clear();
    changed();
  };
  return (
    <>
      <p class="field-hint">{texts.signature.hint}</p>
      <canvas ref={canvas} class="signature-pad" role="img" aria-label={texts.signature.area} />
      <div class="actions">
        <button type="button" class="button" disabled={strokes === 0} onClick={undo}>
          <Icon name="undo" />
          {texts.signature.undo}
        </button>
        <button type="button" class="button" disabled={strokes === 0} onClick={clear}>
          <Icon name="cross" />
          {texts.signature.clear}
        </button>
      </div>
    </>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { canvasBlob } from "./canvas-blob.js";

export type CameraFailure = "denied" | "missing" | "busy";
export type CameraState = "off" | "starting" | "on" | CameraFailure;

/** Width to height of a card photo. */
const PHOTO_RATIO = 3 / 4;
const JPEG_QUALITY = 0.92;
/** More than a card needs, and what cheap cameras give without turning slow. */
const WANTED = { width: { ideal: 1280 }, height: { ideal: 960 } };

/** A camera shown in a video element, from which photos of 3:4 are taken. */
export function useCamera() {
  const video = useRef<HTMLVideoElement>(null);
  const stream = useRef<MediaStream | null>(null);
  const [state, setState] = useState<CameraState>("off");
  /** The applicant sits opposite the clerk: the camera at the back. */
  const [facing, setFacing] = useState<"environment" | "user">("environment");
  const [several, setSeveral] = useState(false);
  /** The first frame is there: before it there is nothing to shoot. */
  const [ready, setReady] = useState(false);
  const wanted = useRef(0);

  const release = () => {
    wanted.current++;
    for (const track of stream.current?.getTracks() ?? []) track.stop();
    stream.current = null;
    setReady(false);
  };
  const stop = () => {
    release();
    setState("off");
  };
  const start = async (side = facing) => {
    release();
    const request = wanted.current;
    setState("starting");
    try {
      const opened = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: side, ...WANTED },
        audio: false,
      });
      if (request !== wanted.current) {
        for (const track of opened.getTracks()) track.stop();
        return;
      }
      stream.current = opened;
      setSeveral(
        (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput").length > 1,
      );
      setState("on");
    } catch (error) {
      if (request === wanted.current) setState(failureOf(error));
    }
  };
  const turn = () => {
    const other = facing === "environment" ? "user" : "environment";
    setFacing(other);
    void start(other);
  };

  // The element is there only while the camera is on.
  useEffect(() => {
    if (state === "on" && video.current) video.current.srcObject = stream.current;
  }, [state]);
  useEffect(() => release, []);

  const showFirstFrame = () => setReady(true);

  return { video, state, ready, facing, several, start, stop, turn, showFirstFrame, shoot: () => shoot(video.current) };
}

/** The middle of the picture as a JPEG of 3:4, null while there is no picture yet. */
async function shoot(video: HTMLVideoElement | null): Promise<Blob | null> {
  if (!video || video.videoWidth === 0) return null;
  const width = Math.floor(Math.min(video.videoWidth, video.videoHeight * PHOTO_RATIO));
  const height = Math.floor(width / PHOTO_RATIO);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const left = Math.floor((video.videoWidth - width) / 2);
  const top = Math.floor((video.videoHeight - height) / 2);
  canvas.getContext("2d")?.drawImage(video, left, top, width, height, 0, 0, width, height);
  return canvasBlob(canvas, "image/jpeg", JPEG_QUALITY);
}

function failureOf(error: unknown): CameraFailure {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "missing";
}

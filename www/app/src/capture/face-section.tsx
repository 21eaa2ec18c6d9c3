import { Icon } from "../parts/icon.js";
import { SectionFrame } from "../recording/section-frame.js";
import { findingsOf, type DraftHandle } from "../recording/use-draft.js";
import { texts } from "../texts/index.js";
import { CaptureFailure, useCaptureTask } from "./capture-task.js";
import { FileButton } from "./file-button.js";
import { typed } from "./file-type.js";
import { useCamera } from "./use-camera.js";
import { useCaptureUrl } from "./use-capture-url.js";

/** The photo: from the camera or a file, shown to the applicant, approved by the applicant. */
export function FaceSection({ handle }: { handle: DraftHandle }) {
  const { draft } = handle;
  const camera = useCamera();
  const task = useCaptureTask();
  const photo = useCaptureUrl(draft, "face");
  const captured = draft.captures.some(({ slot }) => slot === "face");
  const live = camera.state === "on";
  const failed = camera.state === "denied" || camera.state === "missing" || camera.state === "busy";

  const keep = (bytes: Blob) => handle.capture("face", bytes);
  const shoot = () =>
    task.run(async () => {
      const bytes = await camera.shoot();
      if (!bytes) return;
      await keep(bytes);
      camera.stop();
    });
  const choose = ([file]: File[]) =>
    task.run(async () => {
      if (!file) return;
      await keep(typed(file));
      camera.stop();
    });

  return (
    <SectionFrame section="face" sections={handle.sections} findings={findingsOf(handle, "face")}>
      <div class="face">
        <div class="viewfinder" data-live={live}>
          {live ? (
            <>
              <video
                ref={camera.video}
                class={camera.facing === "user" ? "mirrored" : ""}
                autoPlay
                muted
                playsInline
                onLoadedData={camera.showFirstFrame}
                aria-label={texts.photo.preview}
              />
              <OvalGuide />
            </>
          ) : photo ? (
            <img src={photo} alt={texts.photo.image} />
          ) : (
            <OvalGuide />
          )}
        </div>
        <div class="face-controls">
          {!captured || live ? (
            <p class="field-hint">{texts.photo.guide}</p>
          ) : (
            <p class="field-hint">{texts.photo.approveHint}</p>
          )}
          {failed && (
            <p class="finding" data-severity="warning" role="alert">
              <Icon name="alert" />
              {texts.photo[camera.state as "denied" | "missing" | "busy"]}
            </p>
          )}
          <Background handle={handle} />
          <CaptureFailure task={task} />
          {live ? (
            <>
              <button type="button" class="button primary tall" disabled={task.busy || !camera.ready} onClick={shoot}>
                <Icon name="camera" />
                {texts.photo.shoot}
              </button>
              {camera.several && (
                <button type="button" class="button" onClick={camera.turn}>
                  {texts.photo.turn}
                </button>
              )}
              <button type="button" class="button" onClick={camera.stop}>
                {texts.photo.close}
              </button>
            </>
          ) : (
            <>
              {captured && (
                <label class="check">
                  <input
                    type="checkbox"
                    checked={draft.photoApproved}
                    onChange={(event) => handle.approvePhoto(event.currentTarget.checked)}
                  />
                  <span>{texts.photo.approve}</span>
                </label>
              )}
              <button
                type="button"
                class={`button ${captured ? "" : "primary tall"}`}
                disabled={camera.state === "starting"}
                onClick={() => void camera.start()}
              >
                <Icon name="camera" />
                {camera.state === "starting" ? texts.photo.starting : captured ? texts.photo.retake : texts.photo.start}
              </button>
              <FileButton label={texts.photo.file} accept="image/*" disabled={task.busy} chosen={choose} />
            </>
          )}
        </div>
      </div>
    </SectionFrame>
  );
}

/** The colour of the cloth behind the applicant, once it is known. */
function Background({ handle }: { handle: DraftHandle }) {
  const colour = handle.examination.photoBackground;
  if (!colour) return null;
  return (
    <p class="photo-background">
      <span class="swatch" data-colour={colour} aria-hidden="true" />
      <span>
        {texts.photo.background}: <strong>{texts.photo.backgrounds[colour]}</strong>
      </span>
    </p>
  );
}

/** Where the face belongs. The shape is in the coordinates of a photo of 3 by 4. */
function OvalGuide() {
  return (
    <svg class="oval" viewBox="0 0 300 400" aria-hidden="true" focusable="false">
      <path
        fill-rule="evenodd"
        d="M0 0h300v400H0Zm150 62c-52 0-86 45-86 105 0 68 38 125 86 125s86-57 86-125c0-60-34-105-86-105Z"
      />
      <ellipse cx="150" cy="177" rx="86" ry="115" />
    </svg>
  );
}

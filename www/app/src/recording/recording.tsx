import { useEffect, useMemo, useRef } from "preact/hooks";
import { form as formOf } from "rekam";
import { go, replaceBy } from "../router.js";
import { useStation } from "../station/context.js";
import { RecordingForm } from "./recording-form.js";
import { Review } from "./review.js";
import { useDraft } from "./use-draft.js";
import { focusOn, targetOf } from "./layout.js";

/** One applicant: the form, then the review of it. Both show the same draft. */
export function Recording({ id, review }: { id: string; review: boolean }) {
  const { station } = useStation();
  const form = useMemo(() => formOf("ktp_first"), []);
  const handle = useDraft(station, form, id);
  const focusAfterReturn = useRef<string | null>(null);

  // A sealed or discarded draft: the back button leads here.
  useEffect(() => {
    if (handle === null) replaceBy({ screen: "home" });
  }, [handle === null]);
  const errors = handle?.findings.filter(({ severity }) => severity === "error") ?? [];
  const turnBack = review && handle != null && errors.length > 0;
  useEffect(() => {
    if (!turnBack) return;
    handle.showAll();
    focusAfterReturn.current = errors[0] ? targetOf(errors[0], form) : null;
    replaceBy({ screen: "recording", draft: id, review: false });
  }, [turnBack]);
  useEffect(() => {
    if (review || !focusAfterReturn.current) return;
    focusOn(focusAfterReturn.current);
    focusAfterReturn.current = null;
  }, [review]);

  if (!handle || turnBack) return null;
  if (review) return <Review form={form} handle={handle} />;
  const lookOver = () => {
    handle.showAll();
    const first = errors[0];
    // The messages come with the next paint.
    if (first) requestAnimationFrame(() => focusOn(targetOf(first, form)));
    else void handle.autosave.flush().then(() => go({ screen: "recording", draft: id, review: true }));
  };
  return <RecordingForm form={form} handle={handle} review={lookOver} />;
}

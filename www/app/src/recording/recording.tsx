import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Finding } from "rekam";
import { go, replaceBy } from "../router.js";
import { takePlace } from "./last-open.js";
import { focusOn, targetOf } from "./layout.js";
import { placeOf } from "./places.js";
import { RecordingForm } from "./recording-form.js";
import { Review } from "./review.js";
import { useDraft } from "./use-draft.js";

/** One application: the form, then the review of it. Both show the same draft. */
export function Recording({ id, review }: { id: string; review: boolean }) {
  const handle = useDraft(id);
  const [openMember, setOpenMember] = useState<string | null>(null);
  const leadAfterReturn = useRef<Finding | null>(null);
  const current = useRef(handle);
  current.current = handle;

  const lead = useCallback((finding: Finding) => {
    const now = current.current;
    if (!now) return;
    const { member } = placeOf(finding.field);
    if (member !== null) setOpenMember(now.draft.members[member]?.id ?? null);
    // The row and the messages come with the next paint.
    requestAnimationFrame(() => focusOn(targetOf(finding, now.form)));
  }, []);

  // A sealed or discarded draft: the back button leads here.
  useEffect(() => {
    if (handle === null) replaceBy({ screen: "home" });
  }, [handle === null]);
  // After the heading has taken the focus.
  useEffect(() => {
    if (handle) takePlace(id);
  }, [handle != null]);
  const errors = handle?.findings.filter(({ severity }) => severity === "error") ?? [];
  const turnBack = review && handle != null && errors.length > 0;
  useEffect(() => {
    if (!turnBack) return;
    handle.showAll();
    leadAfterReturn.current = errors[0] ?? null;
    replaceBy({ screen: "recording", draft: id, review: false });
  }, [turnBack]);
  useEffect(() => {
    if (review || !leadAfterReturn.current) return;
    lead(leadAfterReturn.current);
    leadAfterReturn.current = null;
  }, [review]);

  if (!handle || turnBack) return null;
  if (review) return <Review handle={handle} />;
  const lookOver = () => {
    handle.showAll();
    const first = errors[0];
    if (first) lead(first);
    else void handle.autosave.flush().then(() => go({ screen: "recording", draft: id, review: true }));
  };
  return (
    <RecordingForm
      handle={handle}
      openMember={openMember}
      setOpenMember={setOpenMember}
      lead={lead}
      review={lookOver}
    />
  );
}

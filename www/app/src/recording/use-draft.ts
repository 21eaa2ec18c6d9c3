import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { check, localDay, type BiometricException, type Draft, type Finding, type Form, type Slot, type Station } from "rekam";
import { Autosave, type SaveState } from "./autosave.js";
import { inScreenOrder } from "./layout.js";

export interface DraftHandle {
  draft: Draft;
  /** All findings of the draft as it stands. */
  findings: Finding[];
  /** Those that the clerk should see by now. */
  shown: Finding[];
  saveState: SaveState;
  setField(name: string, value: string): void;
  /** The clerk is done with a field: from now on its findings show. */
  leave(name: string): void;
  approvePhoto(approved: boolean): void;
  /** Sets or, with null, lifts the exception of a slot. */
  except(slot: Slot, exception: Omit<BiometricException, "slot"> | null): void;
  capture(slot: Slot, bytes: Blob): Promise<void>;
  removeCapture(slot: Slot): Promise<void>;
  /** Shows every finding. */
  showAll(): void;
  autosave: Autosave;
}

/** The draft with this id: undefined while it is read, null if there is none. */
export function useDraft(station: Station, form: Form, id: string): DraftHandle | null | undefined {
  const [draft, setDraft] = useState<Draft | null | undefined>(undefined);
  const [saveState, setSaveState] = useState<SaveState>({ kind: "pending" });
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const latest = useRef<Draft | null>(null);
  const changed = useRef(new Set<string>());
  const autosave = useMemo(() => new Autosave((next) => station.saveDraft(next), setSaveState), [station, id]);

  useEffect(() => {
    let current = true;
    void station.drafts().then((drafts) => {
      if (!current) return;
      const found = drafts.find((one) => one.id === id) ?? null;
      latest.current = found;
      if (found) {
        // What was typed before is judged at once.
        setLeft(new Set(Object.keys(found.fields).filter((name) => found.fields[name])));
        setSaveState({ kind: "saved", at: found.savedAt });
      }
      setDraft(found);
    });
    const hide = () => {
      if (document.visibilityState === "hidden") void autosave.flush();
    };
    document.addEventListener("visibilitychange", hide);
    return () => {
      current = false;
      document.removeEventListener("visibilitychange", hide);
      void autosave.flush();
    };
  }, [station, id, autosave]);

  const update = useCallback(
    (change: (draft: Draft) => Draft, save = true) => {
      if (!latest.current) return;
      latest.current = change(latest.current);
      setDraft(latest.current);
      if (save) autosave.changed(latest.current);
    },
    [autosave],
  );
  const leave = useCallback((name: string) => {
    if (changed.current.has(name)) setLeft((before) => (before.has(name) ? before : new Set([...before, name])));
  }, []);
  const setField = useCallback(
    (name: string, value: string) => {
      changed.current.add(name);
      update((before) => ({ ...before, fields: { ...before.fields, [name]: value } }));
    },
    [update],
  );
  const except = useCallback(
    (slot: Slot, exception: Omit<BiometricException, "slot"> | null) =>
      update((before) => {
        const others = before.exceptions.filter((one) => one.slot !== slot);
        return { ...before, exceptions: exception ? [...others, { slot, ...exception }] : others };
      }),
    [update],
  );
  const capture = useCallback(
    async (slot: Slot, bytes: Blob) => {
      const kept = await station.capture(id, slot, bytes);
      update((before) => ({
        ...before,
        captures: [...before.captures.filter((one) => one.slot !== slot), kept],
        exceptions: before.exceptions.filter((one) => one.slot !== slot),
        // A new photo is a new question to the applicant.
        photoApproved: slot === "face" ? false : before.photoApproved,
      }));
    },
    [station, id, update],
  );
  const removeCapture = useCallback(
    async (slot: Slot) => {
      await station.removeCapture(id, slot);
      update((before) => ({ ...before, captures: before.captures.filter((one) => one.slot !== slot) }), false);
    },
    [station, id, update],
  );

  const findings = useMemo(() => (draft ? inScreenOrder(check(draft, localDay(new Date())), form) : []), [draft, form]);
  const shown = useMemo(
    () => (all ? findings : findings.filter(({ field }) => left.has(field))),
    [all, findings, left],
  );
  if (!draft) return draft;
  return {
    draft,
    findings,
    shown,
    saveState,
    setField,
    leave,
    approvePhoto: (approved) => update((before) => ({ ...before, photoApproved: approved })),
    except,
    capture,
    removeCapture,
    showAll: () => setAll(true),
    autosave,
  };
}

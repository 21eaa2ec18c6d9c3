import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import {
  examine,
  form as formOf,
  localDay,
  type BiometricException,
  type Draft,
  type Examination,
  type Finding,
  type Form,
  type Service,
  type Slot,
} from "rekam";
import { useStation } from "../station/context.js";
import { Autosave, PENDING, type SaveState } from "./autosave.js";
import * as edits from "./edits.js";
import { beside, Keeper, memberStates, withoutAnswered, type Beside, type MemberState } from "./examined.js";
import { inScreenOrder, sectionOf, sectionsOf } from "./layout.js";
import { keyAt, keyOf, type Owner } from "./places.js";
import { proposalsOf } from "./proposals.js";

/** What a field can do to the draft. One object for as long as the draft is open. */
export interface FieldActions {
  change(owner: Owner, field: string, value: string): void;
  /** The clerk is done with a field: from now on its findings show. */
  leave(owner: Owner, field: string): void;
  /** Writes the reason for which a finding may stand, or with null takes it back. */
  answer(owner: Owner, field: string, code: string, reason: string | null): void;
  /** Another service, for who cannot ask for this one. */
  switchTo(service: Service): void;
  setAttachment(name: string, shown: boolean): void;
  /** The id of the new row. */
  addMember(): string;
  removeMember(id: string): void;
  moveMember(id: string, by: -1 | 1): void;
}

export interface DraftHandle {
  draft: Draft;
  form: Form;
  examination: Examination;
  /** The parts of the recording that are asked for. */
  sections: string[];
  /** All findings of the draft as it stands. */
  findings: Finding[];
  /** Those that the clerk should see by now. */
  shown: Finding[];
  /** Those of them that nobody has answered for with a reason. */
  unanswered: Finding[];
  /** All that are shown, field by field. */
  beside: Beside;
  memberStates: MemberState[];
  saveState: SaveState;
  actions: FieldActions;
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
export function useDraft(id: string): DraftHandle | null | undefined {
  const { station, province, unsaved } = useStation();
  const [draft, setDraft] = useState<Draft | null | undefined>(undefined);
  const [saveState, setSaveState] = useState<SaveState>(PENDING);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const latest = useRef<Draft | null>(null);
  const changed = useRef(new Set<string>());
  const keeper = useMemo(() => new Keeper(), [id]);
  const autosave = useMemo(() => new Autosave((next) => station.saveDraft(next), setSaveState), [station, id]);

  useEffect(() => {
    let current = true;
    unsaved.add(autosave);
    // What another visit to this draft could not save yet must not overwrite this one later.
    const read = unsaved.flush().then(() => station.drafts());
    void read.then((drafts) => {
      if (!current) return;
      const found = begun(drafts.find((one) => one.id === id) ?? null);
      latest.current = found;
      if (found) {
        // What was typed before is judged at once.
        setLeft(new Set(typedKeys(found)));
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
      void unsaved.leave(autosave);
    };
  }, [station, id, autosave, unsaved]);

  const update = useCallback(
    (edit: edits.Edit, save = true) => {
      if (!latest.current) return;
      latest.current = edit(latest.current);
      setDraft(latest.current);
      if (save) autosave.changed(latest.current);
    },
    [autosave],
  );
  const actions = useMemo((): FieldActions => {
    const show = (key: string) => setLeft((before) => (before.has(key) ? before : new Set([...before, key])));
    return {
      change(owner, field, value) {
        changed.current.add(keyOf(owner, field));
        update(edits.setField(owner, field, value));
      },
      leave(owner, field) {
        const key = keyOf(owner, field);
        if (changed.current.has(key)) show(key);
      },
      answer: (owner, field, code, reason) => update(edits.answer(owner, field, code, reason)),
      switchTo(service) {
        update((before) => begun(edits.setService(service)(before)));
        // The new questions were not asked yet.
        setAll(false);
      },
      setAttachment: (name, shown) => update(edits.setAttachment(name, shown)),
      addMember() {
        const member = latest.current?.members.length === 0 ? edits.makeHead() : edits.makeMember();
        update(edits.addMember(member));
        return member.id;
      },
      removeMember: (member) => update(edits.removeMember(member)),
      moveMember: (member, by) => update(edits.moveMember(member, by)),
    };
  }, [update]);
  const capture = useCallback(
    async (slot: Slot, bytes: Blob) => {
      const kept = await unsaved.during(station.capture(id, slot, bytes));
      update(edits.putCapture(kept));
    },
    [station, id, update, unsaved],
  );
  const removeCapture = useCallback(
    async (slot: Slot) => {
      await unsaved.during(station.removeCapture(id, slot));
      update(edits.removeCapture(slot), false);
    },
    [station, id, update, unsaved],
  );

  const form = useMemo(() => draft && formOf(draft.service), [draft?.service]);
  // Villages become known while the page is open.
  const examination = useMemo(() => draft && examine(draft, localDay(new Date())), [draft, province]);
  const arranged = useMemo(() => {
    if (!draft || !form || !examination) return null;
    const sections = keeper.keep("sections", sectionsOf(form, examination));
    const findings = inScreenOrder(examination.findings, form, sections);
    return { sections, findings, proposals: proposalsOf(draft, form, examination) };
  }, [draft, form, examination]);
  const seen = useMemo(() => {
    if (!draft || !examination || !arranged) return null;
    const { findings, proposals } = arranged;
    const family = [...left].some((key) => key.endsWith("/shdk"));
    const isShown = ({ field }: Finding) => (field === "members" ? family : left.has(keyAt(field, draft)));
    const shown = all ? findings : findings.filter(isShown);
    return {
      shown,
      // The same list for as long as it says the same: the summary is long.
      unanswered: keeper.keep("unanswered", withoutAnswered(shown, draft)),
      beside: beside(keeper, shown, proposals, examination.skipped),
      memberStates: memberStates(keeper, draft, findings, shown),
    };
  }, [draft, examination, arranged, left, all]);
  if (!draft || !form || !examination || !arranged || !seen) return draft === null ? null : undefined;
  return {
    draft,
    form,
    examination,
    sections: arranged.sections,
    findings: arranged.findings,
    ...seen,
    saveState,
    actions,
    approvePhoto: (approved) => update((before) => ({ ...before, photoApproved: approved })),
    except: (slot, exception) => update(edits.setException(slot, exception)),
    capture,
    removeCapture,
    showAll: () => setAll(true),
    autosave,
  };
}

/** What the clerk should see by now of a section as a whole. */
export function findingsOf({ shown, form }: DraftHandle, section: string): Finding[] {
  return shown.filter((finding) => sectionOf(finding, form) === section);
}

/** A family has one row from the beginning. */
function begun<D extends Draft | null>(draft: D): D {
  if (!draft || draft.members.length > 0 || formOf(draft.service).members.length === 0) return draft;
  return { ...draft, members: [edits.makeHead()] };
}

function typedKeys(draft: Draft): string[] {
  const keysOf = (owner: Owner, fields: Record<string, string>) =>
    Object.keys(fields)
      .filter((name) => fields[name])
      .map((name) => keyOf(owner, name));
  return [...keysOf(null, draft.fields), ...draft.members.flatMap(({ id, fields }) => keysOf(id, fields))];
}

import type { Field, Finding, Override, Service } from "rekam";
import type { Proposal } from "../recording/proposals.js";

/** How findings can be answered beside their place. */
export interface Answering {
  /** The reasons that were written for the owner of the field. */
  written: Override[];
  answer(code: string, reason: string | null): void;
  switchTo(service: Service): void;
}

/** What every field gets. */
export interface FieldProps extends Answering {
  field: Field;
  /** `nik`, `members.2.nik`: names its element too. */
  path: string;
  value: string;
  /** The findings of this field that the clerk should see by now. */
  findings: Finding[];
  proposals: Proposal[];
  change(value: string): void;
  /** The clerk is done with it. */
  leave(): void;
}

export function isFaulty(findings: Finding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}

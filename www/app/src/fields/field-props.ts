import type { Field, Finding } from "rekam";

/** What every field gets. */
export interface FieldProps {
  field: Field;
  value: string;
  /** The findings of this field that the clerk should see by now. */
  findings: Finding[];
  change(name: string, value: string): void;
  /** The clerk is done with it. */
  leave(name: string): void;
}

export function isFaulty(findings: Finding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}

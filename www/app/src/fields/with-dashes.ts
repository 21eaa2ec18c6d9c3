/** `24112009` to `24-11-2009`, `1/2/` to `01-02-`. What is no run of digits and separators stays as it was typed. */
export function withDashes(typed: string): string {
  if (!/^[\d\s./-]+$/.test(typed)) return typed;
  const digits = typed
    .split(/[\s./-]+/)
    .map((part, index, parts) => (index < parts.length - 1 && part.length === 1 ? `0${part}` : part))
    .join("");
  const parts = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)];
  const dashed = parts.filter((part) => part !== "").join("-");
  return digits.length === 2 || digits.length === 4 ? `${dashed}-` : dashed;
}

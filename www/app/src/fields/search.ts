export interface Option {
  value: string;
  label: string;
  /** In small letters beside the label; searched too. */
  detail?: string;
}

/** As many as one looks through before typing another letter. */
const MOST_RESULTS = 20;

/** The options that hold the query: whole beginnings first, then beginnings of words, then the rest. */
export function search(options: Option[], query: string): Option[] {
  const wanted = plain(query);
  if (wanted === "") return options;
  const ranked = options
    .map((option) => ({ option, rank: rankOf(option, wanted) }))
    .filter(({ rank }) => rank < NOT_FOUND)
    // Sorting is stable: within a rank the order of the list stays.
    .sort((a, b) => a.rank - b.rank);
  return ranked.slice(0, MOST_RESULTS).map(({ option }) => option);
}

const NOT_FOUND = 4;

function rankOf(option: Option, wanted: string): number {
  const { label, detail } = plainOf(option);
  if (label.startsWith(wanted)) return 0;
  if (` ${label}`.includes(` ${wanted}`)) return 1;
  if (label.includes(wanted)) return 2;
  if (option.value.startsWith(wanted) || ` ${detail}`.includes(` ${wanted}`)) return 3;
  return NOT_FOUND;
}

/** A province has some 1,500 villages: their plain words are made once. */
const plainWords = new WeakMap<Option, { label: string; detail: string }>();

function plainOf(option: Option): { label: string; detail: string } {
  const known = plainWords.get(option);
  if (known) return known;
  const made = { label: plain(option.label), detail: plain(option.detail ?? "") };
  plainWords.set(option, made);
  return made;
}

function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, " ")
    .trim();
}

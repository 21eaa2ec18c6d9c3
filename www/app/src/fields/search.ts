export interface Option {
  value: string;
  label: string;
  /** In small letters beside the label; searched too. */
  detail?: string;
}

/** As many as one looks through before typing another letter. */
const MOST_RESULTS = 50;

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

function rankOf({ label, detail, value }: Option, wanted: string): number {
  const text = plain(label);
  if (text.startsWith(wanted)) return 0;
  if (` ${text}`.includes(` ${wanted}`)) return 1;
  if (text.includes(wanted)) return 2;
  if (value.startsWith(wanted) || (detail !== undefined && ` ${plain(detail)}`.includes(` ${wanted}`))) return 3;
  return NOT_FOUND;
}

function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, " ")
    .trim();
}

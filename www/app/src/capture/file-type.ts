/** Media types of what scanners write; browsers know few of them. */
const TYPES: Record<string, string> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  jp2: "image/jp2",
  jpf: "image/jp2",
  j2k: "image/jp2",
  wsq: "image/x-wsq",
  svg: "image/svg+xml",
};

/** The same bytes with the media type that the name tells; a packet names it. */
export function typed(file: File): Blob {
  const extension = file.name.toLowerCase().split(".").pop() ?? "";
  return file.slice(0, file.size, TYPES[extension] ?? (file.type || "application/octet-stream"));
}

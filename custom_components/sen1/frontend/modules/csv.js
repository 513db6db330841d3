/** Tables as files: commas, points, and what is in no field's way. */

const field = (value) => {
  const text = value === undefined || value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Return rows as CSV (RFC 4180). */
export const csvOf = (rows) => rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");

/** Give a file to the person who looks; the mark lets a spreadsheet read its accents. */
export function download(name, text, type = "text/csv") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

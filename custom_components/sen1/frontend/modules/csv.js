/** Tables as files that a spreadsheet of this person opens. */

import { keep } from "./keeping.js";

/**
 * Return columns `{title, values, digits}` as CSV (RFC 4180); with decimal commas semicolons stand
 * between cells. Numbers of a column without digits are written as they are; what is not known is
 * empty.
 */
export function csvOf(columns, formats) {
  const point = formats.number(0.5, 1).includes(",") ? "," : ".";
  const separator = point === "," ? ";" : ",";
  const cell = (value, digits) => {
    if (typeof value !== "number") return quoted(String(value ?? ""), separator);
    if (!Number.isFinite(value)) return "";
    if (digits === undefined) return String(value).replace(".", point);
    // Rounded as it is on a page, which takes 336.65 as it is written.
    const written = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return value.toLocaleString("en", { ...written, useGrouping: false }).replace(".", point);
  };
  const rows = columns[0].values.map((_, i) =>
    columns.map(({ values, digits }) => cell(values[i], digits)),
  );
  const heads = columns.map(({ title }) => cell(title));
  return [heads, ...rows].map((row) => `${row.join(separator)}\r\n`).join("");
}

/** Where a formula begins: of a text, or of a cell where another sign separates them. */
const FORMULA = /(^|[;,\t\r\n])(["\s]*)([=+\-@])/g;

/** Return a text that is never taken for a formula, in quotes where it needs some. */
function quoted(text, separator) {
  const safe = text.replace(FORMULA, "$1$2'$3");
  return safe.includes(separator) || /["\r\n]/.test(safe)
    ? `"${safe.replaceAll('"', '""')}"`
    : safe;
}

/** Let the browser keep columns as a file. */
export function keepTable(name, columns, formats) {
  // A spreadsheet takes a file without this mark for one of another alphabet.
  const content = ["\ufeff", csvOf(columns, formats)];
  keep(name, new Blob(content, { type: "text/csv;charset=utf-8" }));
}

/** A table as a file that a spreadsheet of this person opens. */

/**
 * Return a file of columns `{title, values, digits}`; with decimal commas semicolons stand between
 * cells. What is not known is empty.
 */
export function csvOf(columns, formats) {
  const point = formats.number(0.5, 1).includes(",") ? "," : ".";
  const separator = point === "," ? ";" : ",";
  const cell = (value, digits) =>
    Number.isFinite(value)
      ? value.toFixed(digits).replace(".", point)
      : quoted(String(value ?? ""), separator);
  const rows = columns[0].values.map((_, i) =>
    columns.map(({ values, digits }) => cell(values[i], digits)),
  );
  const heads = columns.map(({ title }) => cell(title));
  return [heads, ...rows].map((row) => `${row.join(separator)}\r\n`).join("");
}

/** Return a text that is never taken for a formula, in quotes where it needs some. */
function quoted(text, separator) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return safe.includes(separator) || /["\r\n]/.test(safe)
    ? `"${safe.replaceAll('"', '""')}"`
    : safe;
}

/** Let the browser keep a file. */
export function download(name, text) {
  // A spreadsheet takes a file without this mark for one of another alphabet.
  const blob = new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

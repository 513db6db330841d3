/** Files that the browser keeps or opens. */

/** Let the browser keep a file. */
export function keep(name, blob) {
  const link = document.createElement("a");
  link.href = addressOf(blob);
  link.download = name;
  link.click();
}

/** Return an address of a file, for as long as it takes to open it. */
export function addressOf(blob) {
  const address = URL.createObjectURL(blob);
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return address;
}

/** Pages of their own, to print or to keep. */

import { addressOf, keep } from "./keeping.js";

/** Whether this is the app of Home Assistant, which opens no other page. */
export const isInApp = () =>
  window.externalApp !== undefined || window.webkit?.messageHandlers?.getExternalAuth !== undefined;

/**
 * Show a document on a page of its own; where none may be opened, keep it as a file, of which the
 * name is returned.
 */
export function showPage(made, name) {
  // As XML, what others wrote stays text whatever it is.
  const written = new XMLSerializer().serializeToString(made);
  const blob = new Blob([written], { type: "application/xhtml+xml;charset=utf-8" });
  const page = isInApp() ? null : window.open("", "_blank");
  if (page) {
    page.opener = null;
    page.location.replace(addressOf(blob));
    return undefined;
  }
  const file = `${name}.xhtml`;
  keep(file, blob);
  return file;
}

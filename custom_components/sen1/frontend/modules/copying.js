/** Texts put on the clipboard, also where the browser has none for pages without encryption. */

/** Copy the text of an element; return whether that was done. If not, it is selected for the person. */
export async function copied(element, text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not there over plain http, or not allowed.
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}

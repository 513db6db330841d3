/** Texts put on the clipboard, also where the browser has none for pages without encryption. */

/**
 * Copy a text that an element shows; return whether that was done. If not, the element is selected, so
 * that the person can copy it.
 */
export async function copied(element, text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not there over plain http, or not allowed.
    return copiedBySelecting(element, text);
  }
}

function copiedBySelecting(element, text) {
  getSelection().selectAllChildren(element);
  const put = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", put);
  const isCopied = document.execCommand("copy");
  document.removeEventListener("copy", put);
  return isCopied;
}

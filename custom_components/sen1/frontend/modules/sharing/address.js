/** What an address of the dashboard asks for, and where its other pages are. */

/** Take from the address whom one came to share with: "" of nobody yet, undefined of no such wish. */
export function askedInAddress() {
  const asked = new URLSearchParams(location.search);
  if (!asked.has("share")) return undefined;
  const friendId = asked.get("share");
  asked.delete("share");
  const rest = asked.size ? `?${asked}` : "";
  history.replaceState(history.state, "", `${location.pathname}${rest}`);
  return friendId;
}

/** Return the address of a page of the same dashboard. */
export const pageBeside = (path) => location.pathname.replace(/[^/]*$/, path);

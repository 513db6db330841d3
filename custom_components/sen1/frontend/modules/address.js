/**
 * What the address of a page says of where one is: the site, the period, its date, what is compared. What
 * Home Assistant and others say there stays as it is, and so does the state of its history.
 */

/** Told to the cards once the address says something else of the same page. */
const MOVED = "sen1-moved";

/** What is said of the same home on all pages. */
const SITE = "site";

/** Return what the address says under a key, or undefined. */
export const asked = (key) => new URLSearchParams(location.search).get(key) ?? undefined;

/** Return a query with what is changed in it; what is undefined is left out. */
function changed(query, changes) {
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) query.delete(key);
    else query.set(key, value);
  }
  return query.size ? `?${query}` : "";
}

/** Say something else in the address of this page; Back leads to what it said, unless it is replaced. */
export function move(changes, { isReplaced = false } = {}) {
  const { pathname, search } = location;
  const next = changed(new URLSearchParams(search), changes);
  if (next === search) return;
  if (isReplaced) history.replaceState(history.state, "", pathname + next);
  else history.pushState(null, "", pathname + next);
  window.dispatchEvent(new Event(MOVED));
}

/** Take what the address asks for once, or undefined: a reload does not ask again. */
export function taken(key) {
  const value = asked(key);
  if (value !== undefined) move({ [key]: undefined }, { isReplaced: true });
  return value;
}

/** Call that whenever the address may say something else; return what ends it. */
export function hearMoves(onmoved) {
  const events = [MOVED, "popstate", "location-changed"];
  for (const event of events) addEventListener(event, onmoved);
  return () => {
    for (const event of events) removeEventListener(event, onmoved);
  };
}

/** Return the address of a page of the same dashboard, of the same site unless told of another. */
export function pageBeside(page, changes = {}) {
  const path = location.pathname.replace(/[^/]*$/, page);
  return path + changed(new URLSearchParams(), { [SITE]: asked(SITE), ...changes });
}

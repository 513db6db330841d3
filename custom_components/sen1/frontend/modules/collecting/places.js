/** The rows of a ranking that are shown: its head, its tail, one's own place and its neighbours. */

/** So many stand at either end, and above and below one's own place. */
const ENDS = 5;
const BESIDE = 2;

/**
 * Return the homes that have a place, in order, with `{skipped}` where some are left out; `number` is one's
 * own, or null.
 */
export function placesOf(homes, number) {
  const ranked = homes
    .filter(({ rank }) => Number.isFinite(rank))
    .toSorted((one, other) => one.rank - other.rank || one.number - other.number);
  const mine = ranked.findIndex((home) => home.number === number);
  const isShown = (i) =>
    i < ENDS || i >= ranked.length - ENDS || (mine >= 0 && Math.abs(i - mine) <= BESIDE);
  const rows = [];
  let skipped = [];
  const skip = () => {
    // One row is no longer than what would stand for it.
    if (skipped.length === 1) rows.push(...skipped);
    else if (skipped.length) rows.push({ skipped: skipped.length });
    skipped = [];
  };
  ranked.forEach((home, i) => {
    if (!isShown(i)) {
      skipped.push(home);
      return;
    }
    skip();
    rows.push(home);
  });
  return rows;
}

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
  // One row is no longer than what would stand for it.
  return withGaps(ranked, isShown).flatMap((one) => {
    if (!one.skipped) return one;
    return one.skipped.length === 1 ? one.skipped : { skipped: one.skipped.length };
  });
}

/** Return rows in order, with `{skipped}` in the place of those that are not shown. */
export function withGaps(rows, isShown) {
  const all = [];
  rows.forEach((row, i) => {
    const last = all.at(-1);
    if (isShown(i)) all.push(row);
    else if (last?.skipped) last.skipped.push(row);
    else all.push({ skipped: [row] });
  });
  return all;
}

/** What is made of values in steps of equal length. */

const HOUR = 3_600_000;

/** Return means, or sums, of `values` over groups of steps that begin at these times. */
export function grouped(values, begin, step, starts, end, isSum = false) {
  return Float64Array.from(starts, (start, i) => {
    const from = Math.round((start - begin) / step);
    const to = Math.round(((starts[i + 1] ?? end) - begin) / step);
    let sum = 0;
    let count = 0;
    for (let at = from; at < to; at += 1) {
      if (!Number.isNaN(values[at])) {
        sum += values[at];
        count += 1;
      }
    }
    if (!count) return NaN;
    return isSum ? sum : sum / count;
  });
}

/** Return what a production covers of a consumption, kWh, over the parts of steps that both know. */
export function coverage(production, consumption, step, parts) {
  let covered = 0;
  let grid = 0;
  let surplus = 0;
  production.forEach((produced, i) => {
    const consumed = consumption[i];
    const hours = (parts[i] * step) / HOUR;
    if (!hours) return;
    const both = Math.max(0, Math.min(produced, consumed));
    covered += both * hours;
    grid += Math.max(0, consumed - both) * hours;
    surplus += Math.max(0, produced - both) * hours;
  });
  return { covered, grid, surplus, share: covered + grid > 0 ? covered / (covered + grid) : NaN };
}

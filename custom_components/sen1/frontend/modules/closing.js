/** Rounded columns that add up to their rounded total, as they are printed. */

/** Return a number of units of the last digit: what is written with that many is whole. */
const units = (value, digits) => Number((value * 10 ** digits).toPrecision(15));

/**
 * Return a column as it is printed: `{values, total}`, each rounded to `digits`, of which the values
 * add up to the total. What is not known (undefined, null, NaN) stays so.
 *
 * What rounding down leaves goes to those with the largest remainder, of equal ones to the largest.
 */
export function closed(values, digits = 0) {
  const scale = 10 ** digits;
  const known = values
    .map((value, i) => ({ value, i }))
    .filter(({ value }) => Number.isFinite(value))
    .map(({ value, i }) => {
      const exact = units(value, digits);
      const whole = Math.floor(exact);
      return { i, value, whole, rest: exact - whole };
    });
  const sum = known.reduce((all, { value }) => all + value, 0);
  const total = Math.floor(units(sum, digits) + 0.5);
  const missing = total - known.reduce((all, { whole }) => all + whole, 0);
  known
    .toSorted((a, b) => b.rest - a.rest || b.value - a.value)
    .slice(0, missing)
    .forEach((one) => {
      one.whole += 1;
    });
  const printed = values.map(() => undefined);
  for (const { i, whole } of known) printed[i] = whole / scale;
  return { values: printed, total: known.length ? total / scale : undefined };
}

/** Numbers that are printed beside their sum, rounded so that they add up to it as printed. */

/** Return a value times a power of ten, as it is written: 1.005 has a half at its third digit. */
function shifted(value, digits) {
  const [number, power = "0"] = String(value).split("e");
  return Number(`${number}e${Number(power) + digits}`);
}

/** Return a value rounded half up, away from 0, as `Intl` writes it; in units of the last digit. */
const unitsOf = (value, digits) =>
  Math.sign(value) * Math.round(Math.abs(shifted(value, digits))) + 0;

const isKnown = (value) => Number.isFinite(value);

/** Return the sum of what is known. */
export const sumOf = (values) =>
  values.reduce((sum, value) => sum + (isKnown(value) ? value : 0), 0);

/** Whether parts are all of a total, each rounded to `digits` at most. */
const areAll = (parts, total, digits) =>
  Math.abs(shifted(total - sumOf(parts), digits)) <= parts.filter(isKnown).length / 2 + 1e-6;

/**
 * Return values rounded to `digits`, so that they add up to their total as it is rounded: what is
 * left over goes to the largest remainders. What is not known stays null, and nothing stays nothing.
 * Values that are not all of the total are rounded each for itself: `restOf` is what they lack.
 */
export function closed(values, digits, total = sumOf(values)) {
  const printed = values.map((value) => (isKnown(value) ? unitsOf(value, digits) : null));
  if (areAll(values, total, digits)) {
    const left = unitsOf(total, digits) - sumOf(printed);
    const off = (i) => shifted(values[i], digits) - printed[i];
    const order = [...values.keys()].filter((i) => values[i]).sort((i, j) => off(j) - off(i));
    for (const i of left < 0 ? order.slice(left) : order.slice(0, left))
      printed[i] += Math.sign(left);
  }
  return printed.map((units) => units && shifted(units, -digits));
}

/** Return rows whose columns, `{key: [digits, total]}`, are rounded so. */
export function closedRows(rows, columns) {
  const printed = Object.entries(columns).map(([key, [digits, total]]) => [
    key,
    closed(
      rows.map((row) => row[key]),
      digits,
      total ?? undefined,
    ),
  ]);
  const cells = (i) => Object.fromEntries(printed.map(([key, values]) => [key, values[i]]));
  return rows.map((row, i) => ({ ...row, ...cells(i) }));
}

/** Return what parts lack of their total, or nothing of what they come to but for their rounding. */
export const restOf = (parts, total, digits) =>
  isKnown(total) && !areAll(parts, total, digits) ? Math.max(0, total - sumOf(parts)) : 0;

/**
 * Return what is left of a whole without a part, rounded to `digits` so that it is that of both as they
 * are rounded; a value that is not what is left of them is rounded for itself.
 */
export function leftOf(value, whole, part, digits) {
  const [own, all, taken] = [value, whole, part].map((one) => one && unitsOf(one, digits));
  return shifted(Math.abs(all - taken - own) <= 1 ? all - taken : own, -digits);
}

/**
 * Return a table rounded to `digits`, `{cells, sums}`: each row adds up to one of its sums and each column
 * to one of `totals`. Both are given rounded, with the same sum; null stays null. Where there is nothing
 * nothing is printed: two sums are moved by a unit where the columns cannot be met otherwise.
 */
export function closedTable(rows, digits, sums, totals) {
  const cells = rows.map((row, i) =>
    closed(row, digits, sums[i] ?? undefined).map((cell) => cell && unitsOf(cell, digits)),
  );
  const excess = totals.map(
    (total, column) => sumOf(cells.map((row) => row[column])) - unitsOf(total, digits),
  );
  const error = (row, column) => cells[row][column] - shifted(rows[row][column], digits);
  // Each move brings two columns nearer to their totals.
  for (;;) {
    const move = cheapest(rows, cells, excess, error);
    if (!move) break;
    const { less, more, from, to } = move;
    cells[less][from] -= 1;
    cells[more][to] += 1;
    excess[from] -= 1;
    excess[to] += 1;
  }
  const written = (units) => units && shifted(units, -digits);
  return {
    cells: cells.map((row) => row.map(written)),
    sums: cells.map((row) => (row.some(isKnown) ? written(sumOf(row)) : null)),
  };
}

/**
 * Return the move of a unit, from a column with too much to one with too little, that errs least: within
 * a row, which keeps its sum, or for more from one row to another.
 */
function cheapest(rows, cells, excess, error) {
  let best;
  const offer = (less, more, from, to) => {
    if (less === undefined || more === undefined) return;
    const cost = error(more, to) - error(less, from) + (less === more ? 0 : 1);
    if (!best || cost < best.cost) best = { less, more, from, to, cost };
  };
  const all = [...rows.keys()];
  const columns = [...excess.keys()];
  for (const from of columns.filter((column) => excess[column] > 0)) {
    const giving = all.filter((row) => cells[row][from] > 0);
    const least = giving.toSorted((one, other) => error(other, from) - error(one, from))[0];
    for (const to of columns.filter((column) => excess[column] < 0)) {
      const taking = all.filter((row) => rows[row][to] > 0);
      for (const row of taking) {
        if (giving.includes(row)) offer(row, row, from, to);
      }
      offer(least, taking.toSorted((one, other) => error(one, to) - error(other, to))[0], from, to);
    }
  }
  return best;
}

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
const sumOf = (values) => values.reduce((sum, value) => sum + (isKnown(value) ? value : 0), 0);

/**
 * Return values rounded to `digits`, so that they add up to their total as it is rounded: what is
 * left over goes to the largest remainders. What is not known stays null. Values that do not add up
 * to the total are rounded each for itself.
 */
export function closed(values, digits, total = sumOf(values)) {
  const known = values.map((value, i) => [value, i]).filter(([value]) => isKnown(value));
  const printed = values.map((value) => (isKnown(value) ? unitsOf(value, digits) : null));
  const floors = known.map(([value]) => Math.floor(shifted(value, digits)));
  const left = unitsOf(total, digits) - sumOf(floors);
  if (left >= 0 && left <= known.length) {
    const remainders = known.map(([value, i], at) => ({
      i,
      floor: floors[at],
      rest: shifted(value, digits) - floors[at],
    }));
    remainders.sort((one, other) => other.rest - one.rest);
    remainders.forEach(({ i, floor }, at) => {
      printed[i] = floor + (at < left ? 1 : 0);
    });
  }
  return printed.map((units) => units && shifted(units, -digits));
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

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
 * Return a table rounded to `digits`, each row of which adds up to one of `sums` and each column to
 * one of `totals`; both are rounded already, and have the same sum. Null stays null.
 */
export function closedTable(rows, digits, sums, totals) {
  const cells = rows.map((row, i) =>
    closed(row, digits, sums[i] ?? undefined).map((cell) => cell && unitsOf(cell, digits)),
  );
  const excess = totals.map(
    (total, column) => sumOf(cells.map((row) => row[column])) - unitsOf(total, digits),
  );
  // Each move keeps its row's sum, and brings two columns nearer to theirs.
  for (;;) {
    const move = cheapest(rows, cells, excess, digits);
    if (!move) break;
    const { row, from, to } = move;
    cells[row][from] -= 1;
    cells[row][to] += 1;
    excess[from] -= 1;
    excess[to] += 1;
  }
  return cells.map((row) => row.map((units) => units && shifted(units, -digits)));
}

/** Return the move of a unit, from a column with too much to one with too little, that errs least. */
function cheapest(rows, cells, excess, digits) {
  let best;
  const columns = [...excess.keys()];
  for (const from of columns.filter((column) => excess[column] > 0)) {
    for (const to of columns.filter((column) => excess[column] < 0)) {
      cells.forEach((cell, row) => {
        if (!(cell[from] > 0) || cell[to] === null) return;
        const error = (column) => cell[column] - shifted(rows[row][column], digits);
        const cost = error(to) - error(from);
        if (!best || cost < best.cost) best = { row, from, to, cost };
      });
    }
  }
  return best;
}

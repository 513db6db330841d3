/** Long-term statistics as powers: kW in steps of equal length, from a mean or from an index. */

const HOUR = 3_600_000;
/** Units that the recorder does not turn into kW and kWh: such rows have the unit of the entity. */
const IN_KILO = { mVA: 1e-6, VA: 1e-3, VAh: 1e-3 };
/**
 * Return for each statistic what is known of it: `{has_sum, unit, name}`.
 */
export async function describe(hass, ids) {
  const rows = await hass.callWS({ type: "recorder/get_statistics_metadata", statistic_ids: ids });
  return Object.fromEntries(rows.map((row) => [row.statistic_id, row]));
}

/**
 * Return for each statistic its mean powers, `Float64Array` of kW with NaN where nothing is known,
 * one for each step of the period.
 */
export async function powers(hass, ids, period, step) {
  if (!ids.length) return {};
  if (step >= HOUR) return read(hass, ids, period, step, "hour");
  const result = await read(hass, ids, period, step, "5minute");
  await fillWithHours(hass, result, ids, period, step);
  return result;
}

/** Return the mean powers that are known by rows of a length. */
async function read(hass, ids, period, step, length) {
  // The hours of the recorder are those of Greenwich: the first may have begun the day before.
  const begin = length === "hour" ? Math.floor(period.begin / HOUR) * HOUR : period.begin;
  const [metadata, rows] = await Promise.all([
    describe(hass, ids),
    hass.callWS({
      type: "recorder/statistics_during_period",
      start_time: new Date(begin).toISOString(),
      end_time: period.end.toISOString(),
      statistic_ids: ids,
      period: length,
      types: ["mean", "change"],
      units: { power: "kW", energy: "kWh" },
    }),
  ]);
  return Object.fromEntries(
    ids.map((id) => [id, inSteps(rows[id] ?? [], period, step, metadata[id])]),
  );
}

/** Show the hours of what has nothing finer: imported history has no short-term statistics. */
async function fillWithHours(hass, result, ids, period, step) {
  const times = HOUR / step;
  const past = Math.floor((Math.min(Date.now(), period.end) - period.begin) / HOUR);
  const coarse = ids.filter((id) => hoursWithout(result[id], past, times).length);
  if (!coarse.length) return;
  const hours = await read(hass, coarse, period, step, "hour");
  for (const id of coarse) {
    for (const hour of hoursWithout(result[id], past, times)) {
      result[id].set(stepsOf(hours[id], hour, times), hour * times);
    }
  }
}

/** Return what rows say of each step: one that lies in two steps is part of both. */
function inSteps(rows, { begin, end }, step, metadata) {
  const isIndex = metadata?.has_sum;
  const factor = IN_KILO[metadata?.display_unit_of_measurement] ?? 1;
  const length = Math.round((end - begin) / step);
  const energy = new Float64Array(length);
  const covered = new Float64Array(length);
  for (const row of rows) {
    const value = isIndex ? row.change : row.mean;
    if (!Number.isFinite(value)) continue;
    const power = isIndex ? value / ((row.end - row.start) / HOUR) : value;
    const first = Math.max(0, Math.floor((row.start - begin) / step));
    const last = Math.min(length, Math.ceil((row.end - begin) / step));
    for (let at = first; at < last; at += 1) {
      const from = Math.max(row.start, +begin + at * step);
      const to = Math.min(row.end, +begin + (at + 1) * step);
      const hours = (to - from) / HOUR;
      energy[at] += power * hours * factor;
      covered[at] += hours;
    }
  }
  return energy.map((kwh, i) => (covered[i] ? kwh / covered[i] : NaN));
}

/** Return which of the first hours have no step of which anything is known. */
const hoursWithout = (values, hours, times) =>
  Array.from({ length: hours }, (_, hour) => hour).filter((hour) =>
    stepsOf(values, hour, times).every(Number.isNaN),
  );

const stepsOf = (values, hour, times) => values.subarray(hour * times, (hour + 1) * times);

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

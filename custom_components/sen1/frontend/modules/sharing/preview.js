/** What a friend would see of a sensor in each detail: pictures of one's own last days, made here. */

import { daysOf, PRESETS } from "../calendar.js";
import { hatch, picture } from "../chart.js";
import { strip } from "../curves.js";
import { s } from "../dom.js";
import { valuesOf } from "../fetched.js";
import { ENERGY } from "../formats.js";
import { grouped } from "../recorder.js";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const WIDTH = 280;
const HEIGHT = 124;
/** What the recorder gives in kW, and how that is told. */
const POWER = /^(m|k|M|G)?W$/;

/**
 * Return what is known of a choice: `{days, hours, live}`, each `{values, unit, isSum, period}`
 * or null where there is no past yet.
 */
export async function pastOf(hass, { statistic_id: id, live_entity_id: live }, zone) {
  const now = new Date();
  const week = PRESETS.last_7_days(now, zone);
  const yesterday = PRESETS.yesterday(now, zone);
  const [byHours, curve] = await Promise.all([
    hoursOf(hass, id, week),
    live ? curveOf(hass, live, yesterday) : null,
  ]);
  if (!byHours) return { days: null, hours: null, live: curve };
  const { values, unit, isSum } = byHours;
  const first = Math.round((yesterday.begin - week.begin) / HOUR);
  return {
    days: known({
      values: grouped(values, week.begin, HOUR, daysOf(week, zone), week.end, isSum),
      unit,
      isSum,
      period: week,
    }),
    hours: known({ values: values.subarray(first), unit, isSum, period: yesterday }),
    live: curve,
  };
}

/** How `sen1/values` calls the steps that a period of so many minutes is made of. */
const STEPS = { 10: "five_minutes", 30: "half_hour" };

/**
 * Return yesterday in steps of 10 or 30 minutes, as `pastOf` returns its hours: `{values, unit, isSum,
 * period}`, or null where there is no past yet.
 */
export async function yesterdayOf(hass, { statistic_id: id }, zone, minutes) {
  if (!id) return null;
  const period = PRESETS.yesterday(new Date(), zone);
  const { told, units, step } = await valuesOf(hass, [id], period, STEPS[minutes]);
  const { begin, end } = period;
  const each = minutes * MINUTE;
  const starts = Array.from({ length: (end - begin) / each }, (_, i) => +begin + i * each);
  const values = grouped(told[id].values, begin, step, starts, end);
  const unit = units[id] ?? "";
  if (unit !== "kW") return known({ values, unit, isSum: false, period });
  // Energy is told as the mean power of each step.
  const counted = values.map((one) => (one * minutes) / 60);
  return known({ values: counted, unit: "kWh", isSum: true, period });
}

const known = (past) => (past.values.some(Number.isFinite) ? past : null);

/** Return the hours of a statistic: what was counted in each, or its mean. */
async function hoursOf(hass, id, period) {
  if (!id) return null;
  const [[row], { values }] = await Promise.all([
    hass.callWS({ type: "recorder/get_statistics_metadata", statistic_ids: [id] }),
    valuesOf(hass, [id], period, "hour"),
  ]);
  if (!row) return null;
  return { ...inUnit(values[id], row.display_unit_of_measurement), isSum: Boolean(row.has_sum) };
}

/** Return values of the recorder in the unit in which they are told. */
function inUnit(values, unit = "") {
  if (ENERGY.test(unit)) return { values, unit: "kWh" };
  if (POWER.test(unit)) return { values: values.map((one) => one * 1000), unit: "W" };
  return { values, unit: unit ?? "" };
}

/** Return each minute of a day as an entity told it; without its states, of five minutes the means. */
async function curveOf(hass, id, period) {
  const unit = hass.states[id]?.attributes.unit_of_measurement ?? "";
  const ask = {
    type: "history/history_during_period",
    start_time: period.begin.toISOString(),
    end_time: period.end.toISOString(),
    entity_ids: [id],
    minimal_response: true,
    no_attributes: true,
    significant_changes_only: false,
  };
  // A house may keep statistics alone.
  const told = await hass.callWS(ask).catch(() => ({}));
  const values = minutesOf(told[id] ?? [], period);
  if (values.some(Number.isFinite)) return { values, unit, period };
  const means = await valuesOf(hass, [id], period, "five_minutes");
  return known({ ...inUnit(means.values[id], unit), period });
}

/** Return the highest that was told in each minute; in between the last one holds. */
function minutesOf(states, { begin, end }) {
  const values = new Float64Array(Math.round((end - begin) / MINUTE)).fill(NaN);
  let last = NaN;
  let at = 0;
  for (const { s: state, lu, lc } of states) {
    const minute = Math.max(0, Math.floor((1000 * (lu ?? lc) - begin) / MINUTE));
    if (minute >= values.length) break;
    while (at < minute) {
      at += 1;
      values[at] = last;
    }
    last = parseFloat(state);
    if (!(values[minute] >= last)) values[minute] = last;
  }
  return values.fill(last, at + 1);
}

/** Return the picture of a detail: bars of what was counted in each step, or a line. */
export const pictureOf = (label, { values, unit, isSum, period }, formats, tone) =>
  strip(label, {
    values,
    period,
    unit,
    formats,
    step: (period.end - period.begin) / values.length,
    isCounted: isSum,
    colour: `var(--${tone})`,
    width: WIDTH,
    height: HEIGHT,
    until: Date.now(),
  });

/** Return the picture's place where there is no past yet, which says so. */
export function nonePicture(name, text) {
  const frame = { width: WIDTH, height: HEIGHT };
  const { defs, fill } = hatch(`past-${name}`, "var(--grid)", "transparent");
  return picture(
    frame,
    text,
    defs,
    s("rect", {
      x: 1,
      y: 1,
      width: WIDTH - 2,
      height: HEIGHT - 2,
      rx: 8,
      fill,
      stroke: "var(--axis)",
      "stroke-dasharray": "4 4",
    }),
  );
}

/** What a friend would see of a sensor in each detail: pictures of one's own last days, made here. */

import { daysOf, PRESETS } from "../calendar.js";
import { areaPath, Frame, hatch, linePath, picture, places, textAt } from "../chart.js";
import { s } from "../dom.js";
import { valuesOf } from "../fetched.js";
import { digitsOf, ENERGY } from "../formats.js";
import { grouped } from "../recorder.js";
import { timesOf } from "../times.js";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const FIVE_MINUTES = 5 * MINUTE;
const WIDTH = 280;
const HEIGHT = 124;
const SIZE = 11;
/** What the recorder gives in kW, and how that is told. */
const POWER = /^(m|k|M|G)?W$/;
/** Hours between two that are both named. */
const APART_HOURS = 4;

/**
 * Return what is known of a choice: `{days, hours, live}`, each `{values, unit, isSum, begins, begin}`
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
  const begins = daysOf(week, zone);
  const first = Math.round((yesterday.begin - week.begin) / HOUR);
  return {
    days: known({
      values: grouped(values, week.begin, HOUR, begins, week.end, isSum),
      unit,
      isSum,
      begins,
      period: week,
    }),
    hours: known({ values: values.subarray(first), unit, isSum, period: yesterday }),
    live: curve,
  };
}

/** How `sen1/values` calls the steps that a period of so many minutes is made of. */
const STEPS = { 10: ["five_minutes", 2], 30: ["half_hour", 1] };

/**
 * Return yesterday in steps of 10 or 30 minutes, as `pastOf` returns its hours: `{values, unit, isSum,
 * period}`, or null where there is no past yet.
 */
export async function yesterdayOf(hass, { statistic_id: id }, zone, minutes) {
  if (!id) return null;
  const period = PRESETS.yesterday(new Date(), zone);
  const [step, each] = STEPS[minutes];
  const [begin, end] = [period.begin.toISOString(), period.end.toISOString()];
  const told = await hass.callWS({ type: "sen1/values", ids: [id], begin, end, step });
  const steps = told.values[id];
  if (!steps) return null;
  const unit = told.unit[id];
  const values = Float64Array.from({ length: Math.floor(steps.length / each) }, (_, i) =>
    meanOf(steps.slice(i * each, (i + 1) * each)),
  );
  if (unit !== "kW") return known({ values, unit: unit ?? "", isSum: false, period });
  // Energy is told as the mean power of each step.
  const counted = values.map((one) => (one * minutes) / 60);
  return known({ values: counted, unit: "kWh", isSum: true, period });
}

/** Return the mean of values, of which null is not known. */
function meanOf(values) {
  const seen = values.filter((one) => one !== null);
  return seen.length ? seen.reduce((sum, one) => sum + one, 0) / seen.length : NaN;
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
  if (values.some(Number.isFinite)) return { values, unit, step: MINUTE, period };
  const means = await valuesOf(hass, [id], period, "five_minutes");
  return known({ ...inUnit(means.values[id], unit), step: FIVE_MINUTES, period });
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

/** Return the frame of a picture, and its values above its lowest: only what is cold is below zero. */
function framed(values, begin, end) {
  const seen = [...values].filter(Number.isFinite);
  const low = Math.min(0, ...seen.map(Math.floor));
  const raised = Float64Array.from(values, (one) => one - low);
  const top = seen.reduce((most, one) => Math.max(most, one - low), 0);
  const frame = new Frame({
    width: WIDTH,
    height: HEIGHT,
    begin,
    end,
    top: top > 0 ? top : 1,
    size: SIZE,
    left: 4,
    right: 4,
    above: SIZE * 1.7,
  });
  return { frame, raised };
}

const base = ({ left, width, right, bottom }) =>
  s("line", { x1: left, x2: width - right, y1: bottom, y2: bottom, stroke: "var(--axis)" });

const written = (x, y, text, more) => textAt(x, y, text, { size: SIZE, ...more });

/** Return the picture of a detail; steps of a day that are none of its own are drawn as hours. */
export function pictureOf(detail, label, past, formats, words, tone) {
  if (detail === "P1D") return daysPicture(label, past, formats, tone);
  if (detail === "live") return livePicture(label, past, formats, words, tone);
  return hoursPicture(label, past, formats, tone);
}

/** Return seven bars with their values; the last one is yesterday. */
function daysPicture(label, { values, begins }, formats, tone) {
  const { frame, raised } = framed(values, 0, values.length);
  const digits = digitsOf(values);
  const thick = ((WIDTH - 8) / values.length) * 0.62;
  return picture(
    frame,
    label,
    base(frame),
    begins.map((day, i) => {
      const isLast = i === begins.length - 1;
      const x = frame.x(i + 0.5);
      const y = frame.y(raised[i]);
      const name = formats.date(new Date(+day + 12 * HOUR), { weekday: "short" });
      return [
        written(x, frame.bottom + SIZE * 1.4, name),
        Number.isFinite(raised[i]) && [
          s("rect", {
            x: x - thick / 2,
            y,
            width: thick,
            height: Math.max(0.5, frame.bottom - y),
            rx: 2,
            fill: isLast ? `var(--${tone})` : `var(--${tone}-pale)`,
            stroke: `var(--${tone})`,
          }),
          written(x, y - 4, formats.number(values[i], digits), { isStrong: isLast }),
        ],
      ];
    }),
  );
}

/** Return the steps of a day as bars, of which the two highest that lie apart are named. */
function hoursPicture(label, { values, unit, period }, formats, tone) {
  const { frame, raised } = framed(values, 0, values.length);
  const digits = digitsOf(values);
  const slot = (WIDTH - 8) / values.length;
  const step = (period.end - period.begin) / values.length;
  return picture(
    frame,
    label,
    base(frame),
    hoursUnder(frame, period, formats),
    Array.from(raised, (value, i) => {
      if (!(value > 0)) return false;
      const y = frame.y(value);
      return s("rect", {
        x: frame.x(i) + slot * 0.08,
        y,
        width: slot * 0.84,
        height: frame.bottom - y,
        fill: `var(--${tone})`,
      });
    }),
    highest(values, (APART_HOURS * HOUR) / step).map((i) => {
      const hour = formats[step < HOUR ? "time" : "hour"](new Date(+period.begin + i * step));
      const text = `${hour}${formats.language.startsWith("fr") ? "\u00a0:" : ":"} ${formats.quantity(values[i], unit, digits)}`;
      const x = inside(frame.x(i + 0.5), 44);
      return written(x, frame.y(raised[i]) - 5, text, { isStrong: true });
    }),
  );
}

/** Return a curve, and its highest value. */
function livePicture(label, { values, unit, step, period }, formats, words, tone) {
  const { frame, raised } = framed(values, period.begin, period.end);
  const [points] = places([raised], period.begin, step, frame);
  const [top] = highest(values, values.length);
  const x = frame.x(+period.begin + (top + 0.5) * step);
  const most = words.most(formats.quantity(values[top], unit, digitsOf(values)));
  return picture(
    frame,
    label,
    base(frame),
    hoursUnder(frame, period, formats),
    s("path", { d: areaPath(points, null, frame), fill: `var(--${tone}-pale)` }),
    s("path", {
      d: linePath(points, frame),
      fill: "none",
      stroke: `var(--${tone})`,
      "stroke-width": 1.2,
      "stroke-linejoin": "round",
    }),
    written(inside(x, 44), frame.y(raised[top]) - 5, most, { isStrong: true }),
  );
}

/** Return a place where words so wide still lie within the picture. */
const inside = (x, half) => Math.max(half, Math.min(WIDTH - half, x));

/** Return the steps of the two highest values that lie so many apart, the highest first. */
function highest(values, apart) {
  const order = [...values.keys()]
    .filter((i) => Number.isFinite(values[i]))
    .sort((one, other) => values[other] - values[one]);
  const [first] = order;
  const next = order.find((i) => Math.abs(i - first) > apart);
  const isWorthy = next !== undefined && values[next] > values[first] / 2;
  return isWorthy ? [first, next] : [first];
}

function hoursUnder({ left, width, right, bottom }, period, formats) {
  const { begin, end } = period;
  return timesOf(period, formats, true).labels.map(({ time, text, anchor }) => {
    const x = left + ((time - begin) / (end - begin)) * (width - left - right);
    return written(x, bottom + SIZE * 1.4, text, { anchor });
  });
}

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

/** The curves of a period: one series alone, several, and a sun over a use. */

import {
  areaPath,
  axes,
  CARD,
  crossed,
  digitsOf,
  dot,
  Frame,
  hatch,
  lineAlong,
  linePath,
  outlined,
  picture,
  places,
  scaleTo,
  textAt,
} from "./chart.js";
import { s } from "./dom.js";
import { timesOf } from "./times.js";

/** The sizes of a picture on a page, and on a wall. */
const SIZES = { page: { size: 11, line: 2, right: 8 }, wall: { size: 26, line: 4.5, right: 16 } };

function frameOf({
  period,
  formats,
  width,
  height,
  values,
  look = "page",
  unit = "W",
  low = 0,
  room = 1,
  isNarrow = width < SIZES[look].size * 38,
}) {
  const { size, right } = SIZES[look];
  const greater = (most, value) => Math.max(most, value || 0);
  const most = values.reduce((least, one) => one.reduce(greater, least), 0);
  const scale = scaleTo(most * room);
  const frame = new Frame({
    width,
    height,
    begin: period.begin,
    end: period.end,
    top: scale.top,
    size,
    right,
  });
  const digits = digitsOf(scale.ticks[1]);
  const grid = axes(frame, {
    ticks: scale.ticks,
    write: (tick) => formats.number(tick + low, tick ? digits : 0),
    unit,
    ...timesOf(period, formats, isNarrow),
  });
  return { frame, grid, line: SIZES[look].line };
}

/** Return the band of what is usual. */
function usualArea({ low, high, step }, { begin }, frame) {
  const [lower, upper] = places([low, high], begin, step, frame);
  const d = areaPath(upper, lower, frame);
  return s("path", { d, fill: "var(--usual)" });
}

/** Return hatches over the steps that are over by `until`, Unix ms, and of which nothing is known. */
function holes(isUnknown, { period, step, until }, frame) {
  if (!until) return false;
  const none = hatch("none", "var(--grid)", "none");
  const count = Math.floor((Math.min(until, period.end) - period.begin) / step);
  const rects = [];
  for (let from = 0; from < count; from += 1) {
    let to = from;
    while (to < count && isUnknown(to)) to += 1;
    if (to === from) continue;
    const [begin, end] = [from, to].map((i) => +period.begin + i * step);
    rects.push(s("rect", { ...frame.between(begin, end), fill: none.fill }));
    from = to;
  }
  return rects.length > 0 && [none.defs, rects];
}

/** Return the values of the steps and those of days, each NaN where the other is; none without days. */
const parted = (values, ofDays) =>
  ofDays?.some(Boolean)
    ? [0, 1].map((kind) => values.map((value, i) => (ofDays[i] === kind ? value : NaN)))
    : [];

/**
 * Return a picture of lines: `lines` are `{values, line, dash, pale, name, ofDays}`; one alone has
 * an area, what is `ofDays`, or of a part, dots. `usual` is `{low, high, step}`, between which half of the days alike lie;
 * `bands` are `{begin, end, look}`, shaded behind all else; `over` returns what is drawn last in the frame.
 */
export function lines(label, given) {
  const { lines: all, period, step, bands = [], now, usual, over } = given;
  const { frame, grid, line } = frameOf({
    ...given,
    values: [...all.map((one) => one.values), now ? [now.value] : [], usual?.high ?? []],
  });
  const isAlone = all.length === 1;
  const shaded = bands.map(({ begin, end, look = { fill: "var(--pale-back)" } }) =>
    s("rect", { ...frame.between(begin, end), ...look }),
  );
  return picture(
    frame,
    label,
    shaded,
    usual && usualArea(usual, period, frame),
    holes((i) => all.every(({ values }) => !Number.isFinite(values[i])), given, frame),
    grid,
    all.map((one) => {
      const series = [one.values, ...parted(one.values, one.ofDays)];
      const [points, ofSteps = points, ofDays] = places(series, period.begin, step, frame);
      return [
        isAlone &&
          one.pale !== "none" &&
          s("path", { d: areaPath(points, null, frame), fill: one.pale }),
        lineAlong(linePath(ofSteps, frame), one.line, line, one.dash),
        ofDays && lineAlong(linePath(ofDays, frame), one.line, line, "1 3"),
      ];
    }),
    now && dot(frame.x(now.time), frame.y(now.value), 4, all[0].line),
    over?.(frame),
  );
}

/**
 * Return a strip of what is in a unit of its own: bars from zero of what was counted in each step,
 * or a line between the least and the most, which need not be near zero.
 */
export function strip(label, given) {
  const { values, period, step, isCounted, colour } = given;
  const least = values.reduce((low, value) => Math.min(low, value || 0), 0);
  const low = isCounted ? 0 : Math.floor(least);
  const raised = values.map((one) => one - low);
  const { frame, grid, line } = frameOf({ ...given, values: [raised], low });
  const unknown = holes((i) => !Number.isFinite(values[i]), given, frame);
  if (!isCounted) {
    const [points] = places([raised], period.begin, step, frame);
    return picture(frame, label, unknown, grid, lineAlong(linePath(points, frame), colour, line));
  }
  const width = frame.x(+period.begin + step) - frame.x(period.begin);
  return picture(
    frame,
    label,
    unknown,
    grid,
    Array.from(raised, (value, i) => {
      if (!(value > 0)) return false;
      return s("rect", {
        x: frame.x(+period.begin + i * step) + width * 0.12,
        width: Math.max(0.5, width * 0.76),
        y: frame.y(value),
        height: frame.bottom - frame.y(value),
        fill: colour,
      });
    }),
  );
}

/** Return a picture of areas one upon the other: their sum is the upper edge, where all are known. */
export function stacked(label, given) {
  const { lines: all, period, step } = given;
  const sums = [new Float64Array(all[0]?.values.length ?? 0)];
  for (const { values } of all) {
    sums.push(sums.at(-1).map((sum, i) => sum + values[i]));
  }
  const { frame, grid } = frameOf({ ...given, values: sums });
  const edges = places(sums, period.begin, step, frame);
  return picture(
    frame,
    label,
    holes((i) => !Number.isFinite(sums.at(-1)[i]), given, frame),
    grid,
    all.map((one, i) =>
      s("path", {
        d: areaPath(edges[i + 1], edges[i], frame),
        fill: one.line,
        "fill-opacity": 0.75,
        stroke: one.line,
      }),
    ),
  );
}

/** Return a picture of bars, one for each of `starts`; a hatch where nothing is known. */
export function bars(label, given) {
  const { starts, values, fill, line, period, unknown } = given;
  const { frame, grid } = frameOf({ ...given, values: [values], unit: "kWh" });
  const none = hatch("none", "var(--grid)", CARD);
  return picture(
    frame,
    label,
    none.defs,
    grid,
    starts.map((start, i) => {
      const left = frame.x(start);
      const right = frame.x(starts[i + 1] ?? period.end);
      const isKnown = !Number.isNaN(values[i]);
      const isPast = start < Date.now();
      if (!isKnown && !isPast) return false;
      const top = isKnown ? frame.y(values[i]) : frame.above;
      const gap = isKnown ? (right - left) * 0.12 : 0;
      return s("rect", {
        x: left + gap,
        width: Math.max(1, right - left - 2 * gap),
        y: top,
        height: frame.bottom - top,
        fill: isKnown ? fill : none.fill,
        stroke: isKnown && line,
      });
    }),
    wordsIn(unknown, frame, [...starts, period.end], values),
  );
}

/** Write in the hatch before the first value what it means, where there is room. */
function wordsIn(words, frame, starts, values) {
  const first = values.findIndex((value) => !Number.isNaN(value));
  const left = frame.x(starts[0]);
  const right = frame.x(starts[Math.max(first, 0)]);
  if (!words || right - left < words.length * frame.size * 0.6) return false;
  return textAt((left + right) / 2, (frame.above + frame.bottom) / 2, words, {
    size: frame.size,
    style: outlined(4),
  });
}

/** Return a production over a consumption: what is covered, what the grid gives, what is sent out. */
export function coverageOf(label, given) {
  const { production, consumption, period, step, names } = given;
  const { frame, grid, line } = frameOf({
    ...given,
    values: [production, consumption],
  });
  const [made, used] = crossed(...places([production, consumption], period.begin, step, frame));
  const both = made.map(([x, value], i) => [x, Math.min(value, used[i][1])]);
  const sunny = made.map(([x, value], i) => [x, Math.max(value, both[i][1])]);
  const wanted = used.map(([x, value], i) => [x, Math.max(value, both[i][1])]);
  const stripes = hatch("surplus", "var(--injected)", "var(--injected-fill)", line / 2.5);
  return picture(
    frame,
    label,
    stripes.defs,
    holes((i) => !Number.isFinite(production[i] + consumption[i]), given, frame),
    grid,
    s("path", {
      d: areaPath(wanted, both, frame),
      fill: "var(--consumption-fill)",
      "fill-opacity": 0.55,
    }),
    s("path", { d: areaPath(sunny, both, frame), fill: stripes.fill }),
    s("path", { d: areaPath(both, null, frame), fill: "var(--production-fill)" }),
    lineAlong(linePath(made, frame), "var(--production)", line),
    lineAlong(linePath(used, frame), "var(--consumption)", line),
    names && namesOver(made, used, frame, names, line),
  );
}

/** Write the names of both lines, and of what is left over where neither of them stands. */
function namesOver(made, used, frame, [production, consumption, surplus], line) {
  const [sun, use] = [made, used].map(highest);
  if (!sun || !use) return false;
  const left = made
    .map(([x, value], i) => [x, value - used[i][1], (value + used[i][1]) / 2])
    .filter(([x]) => [sun, use].every((taken) => Math.abs(x - taken[0]) > frame.width * 0.12));
  const most = highest(left);
  return [
    nameAt(sun, frame, production, "var(--production)", line),
    nameAt(use, frame, consumption, "var(--consumption)", line),
    most?.[1] > frame.top / 5 &&
      nameAt([most[0], most[2]], frame, surplus, "var(--injected)", line),
  ];
}

const highest = (points) =>
  points.reduce((top, point) => (point[1] > (top?.[1] ?? -Infinity) ? point : top), null);

/** Write the name of a line beside a place of it. */
function nameAt([x, value], frame, name, colour, line) {
  const isRight = x > frame.width * 0.75;
  const y = Math.max(frame.size * 1.2, frame.y(value) + frame.size * 0.3);
  return textAt(x + (isRight ? -4 : 4) * line, y, name, {
    anchor: isRight ? "end" : "start",
    style: `fill: ${colour}; font-size: ${frame.size * 1.1}px; ${outlined(4)}`,
    "font-weight": line > 3 ? 700 : 400,
  });
}

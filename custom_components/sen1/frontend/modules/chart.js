/** Pictures of series: axes, lines, areas, hatches; numbers stand beside them, never colour alone. */

import { s } from "./dom.js";

/** What lies behind a picture. */
export const CARD = "var(--card-background-color, #fff)";

/** Return the style of words upon a picture, told apart from what lies behind them by so many pixels. */
export const outlined = (width) => `paint-order: stroke; stroke: ${CARD}; stroke-width: ${width}px`;

/** Return a round number at or above a value, and the steps to it: at most five. */
export function scaleTo(top) {
  if (!(top > 0)) return { top: 1, ticks: [0, 1] };
  const size = 10 ** Math.floor(Math.log10(top));
  const steps = [0.2, 0.25, 0.5, 1, 2, 2.5].map((factor) => factor * size);
  const step = steps.find((one) => one * 5 >= top * 0.999);
  const count = Math.ceil((top / step) * 0.999);
  return { top: count * step, ticks: Array.from({ length: count + 1 }, (_, i) => i * step) };
}

/** Return how many digits tell the values of an axis apart, whose steps are that far from each other. */
export const digitsOf = (step) =>
  [0, 1, 2].find((digits) => Number.isInteger(+(step * 10 ** digits).toFixed(6))) ?? 3;

/** Turn times and values into places within a frame. */
export class Frame {
  constructor({
    width,
    height,
    begin,
    end,
    top,
    size = 11,
    left = size * 3.2,
    right = 8,
    above = size * 1.8,
  }) {
    Object.assign(this, { width, height, begin: +begin, end: +end, top, left, right, size, above });
    this.bottom = height - size * 1.9;
  }

  x = (time) => {
    const part = (time - this.begin) / (this.end - this.begin);
    return this.left + part * (this.width - this.left - this.right);
  };

  y = (value) => this.bottom - (value / this.top) * (this.bottom - this.above);

  /** Return where a rectangle lies from one time to another, as high as the frame. */
  between(begin, end) {
    const [x, y] = [this.x(begin), this.above];
    return { x, y, width: this.x(end) - x, height: this.bottom - y };
  }
}

/** Return words with their middle at a place, or what `anchor` says. */
export const textAt = (x, y, words, { anchor = "middle", size, isStrong, ...more } = {}) =>
  s(
    "text",
    { x, y, "text-anchor": anchor, "font-size": size, class: isStrong && "strong", ...more },
    words,
  );

/** Return a line along a path. */
export const lineAlong = (path, colour, width, dashes) =>
  s("path", {
    d: path,
    fill: "none",
    stroke: colour,
    "stroke-width": width,
    "stroke-dasharray": dashes,
    "stroke-linejoin": "round",
  });

export const dot = (x, y, r, fill, more) => s("circle", { cx: x, cy: y, r, fill, ...more });

/**
 * Return the places of equal steps of series that are drawn together, thinned to what a pixel can show:
 * its first, the least and the most of each, and its last. All series have places at the same steps.
 */
export function places(series, begin, step, frame) {
  const { length } = series[0];
  const perPixel = length / Math.max(1, frame.width - frame.left - frame.right);
  const size = perPixel <= 2 ? 1 : Math.ceil(perPixel);
  const kept = [];
  for (let from = 0; from < length; from += size) {
    const to = Math.min(length, from + size);
    const ends = series.flatMap((values) => extremes(values, from, to));
    kept.push(...[...new Set([from, ...ends, to - 1])].sort((a, b) => a - b));
  }
  return series.map((values) => kept.map((i) => [frame.x(+begin + (i + 0.5) * step), values[i]]));
}

/** Return where the least and the most of what is known of some steps are. */
function extremes(values, from, to) {
  let least = from;
  let most = from;
  for (let i = from + 1; i < to; i += 1) {
    if (values[i] < values[least] || Number.isNaN(values[least])) least = i;
    if (values[i] > values[most] || Number.isNaN(values[most])) most = i;
  }
  return [least, most];
}

const round = (pixels) => Math.round(pixels * 10) / 10;
const written = (x, value, frame) => `${round(x)} ${round(frame.y(value))}`;

/** Return the path of a line; it is interrupted where nothing is known. */
export const linePath = (points, frame) =>
  points
    .map(([x, value], i) => {
      if (Number.isNaN(value)) return "";
      return `${Number.isNaN(points[i - 1]?.[1] ?? NaN) ? "M" : "L"}${written(x, value, frame)}`;
    })
    .join("");

/** Return the path of what lies between two lines with the same places; one may be 0. */
export function areaPath(upper, lower, frame) {
  const runs = [[]];
  upper.forEach(([x, top], i) => {
    const base = lower ? lower[i][1] : 0;
    if (Number.isNaN(top + base)) runs.push([]);
    else runs.at(-1).push([x, top, base]);
  });
  const around = (run) => [
    ...run.map(([x, top]) => written(x, top, frame)),
    ...run.map(([x, , base]) => written(x, base, frame)).reverse(),
  ];
  return runs.map((run) => (run.length > 1 ? `M${around(run).join("L")}Z` : "")).join("");
}

/** Return two lines with a common place wherever they cross. */
export function crossed(one, other) {
  const both = one.flatMap((place, i) => {
    const common = i > 0 && crossing(one, other, i);
    const pair = [place, [place[0], other[i][1]]];
    return common ? [[common, common], pair] : [pair];
  });
  return [0, 1].map((side) => both.map((pair) => pair[side]));
}

/** Return the place where two lines cross on their way to their place `i`, or undefined. */
function crossing(one, other, i) {
  const [from, value] = one[i - 1];
  const [to, next] = one[i];
  const before = value - other[i - 1][1];
  const after = next - other[i][1];
  if (!(before * after < 0)) return undefined;
  const part = before / (before - after);
  return [from + part * (to - from), value + part * (next - value)];
}

/** Return a hatch at 45°, under a name of its own in its card, and the fill that uses it. */
export function hatch(name, line, back, width = 1) {
  const id = `hatch-${name}`;
  const gap = 6 * width;
  const pattern = s(
    "pattern",
    { id, width: gap, height: gap, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    s("rect", { width: gap, height: gap, fill: back }),
    s("line", { x1: 0, y1: 0, x2: 0, y2: gap, stroke: line, "stroke-width": 1.5 * width }),
  );
  return { defs: s("defs", pattern), fill: `url(#${id})` };
}

const straight = (x1, y1, x2, y2, stroke) => s("line", { x1, y1, x2, y2, stroke });

/** Return the grid of a frame: values at the left, the unit once above, times below. */
export function axes(frame, { ticks, write, unit, marks = [], labels = [] }) {
  const { left, width, right, bottom, size } = frame;
  return [
    textAt(left - 6, size, unit, { size, anchor: "end" }),
    ticks.map((tick) => {
      const y = frame.y(tick);
      return [
        straight(left, y, width - right, y, tick ? "var(--grid)" : "var(--axis)"),
        textAt(left - 6, y + size * 0.36, write(tick), { size, anchor: "end" }),
      ];
    }),
    marks.map(frame.x).map((x) => straight(x, frame.above, x, bottom, "var(--grid)")),
    labels.map(({ time, text, anchor }) =>
      textAt(frame.x(time), bottom + size * 1.5, text, { size, anchor }),
    ),
  ];
}

/** Return a picture of an exact size, with words for who does not see it. */
export const picture = (frame, label, ...content) =>
  s(
    "svg",
    { viewBox: `0 0 ${frame.width} ${frame.height}`, role: "img", "aria-label": label },
    ...content,
  );

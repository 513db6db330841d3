/** Bars of equal steps, one beside the other, and what stands under them on the same places. */

import {
  axes,
  CARD,
  digitsOf,
  dot,
  Frame,
  hatch,
  lineAlong,
  linePath,
  outlined,
  picture,
  scaleTo,
  textAt,
} from "./chart.js";
import { s } from "./dom.js";
import { across, textBeside } from "./marks.js";

/** What bars leave at the sides of their picture. */
export const SIDES = { left: 40, right: 4 };

/** The frame of some steps: `x` is the place of a step's beginning, `bar` that of its bar. */
class Slots extends Frame {
  constructor({ count, width, height, top, labels, above = 22 }) {
    super({ width, height, begin: 0, end: count, top, ...SIDES, above });
    if (!labels.length) this.bottom = height - 5;
    this.slot = (width - this.left - this.right) / count;
    this.thick = Math.min(40, this.slot * (this.slot < 14 ? 0.76 : 0.66));
  }

  bar = (i) => this.x(i + 0.5) - this.thick / 2;
}

/** Return a round number at or above a value, with one line half way: a low picture has room for no more. */
function lowScaleTo(value) {
  if (!(value > 0)) return scaleTo(value);
  const size = 10 ** Math.floor(Math.log10(value / 2));
  const half = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((one) => one * size >= value / 2) * size;
  return { top: 2 * half, ticks: [0, half, 2 * half] };
}

function slotsOf({ labels, formats, unit, pointed, ...given }, values) {
  const most = Math.max(0, ...values.filter(Number.isFinite));
  const { top, ticks } = given.height < 120 ? lowScaleTo(most) : scaleTo(most);
  const frame = new Slots({ ...given, labels, top });
  const digits = digitsOf(ticks[1]);
  const grid = axes(frame, {
    ticks,
    write: (tick) => formats.number(tick, tick ? digits : 0),
    unit,
  });
  const under = labels.map(({ at, text, isStrong }) =>
    textAt(frame.x(at + 0.5), frame.bottom + frame.size * 1.5, text, {
      size: frame.size,
      class: isStrong && "strong",
      "font-weight": isStrong && 700,
    }),
  );
  const light =
    pointed !== undefined &&
    s("rect", {
      ...frame.between(pointed, pointed + 1),
      fill: "var(--text)",
      "fill-opacity": 0.07,
    });
  return { frame, grid: [light, grid, under] };
}

/**
 * Return a picture of stacked bars: `layers` are `{values, fill, line, pattern}` from below, hatched with their line or striped, `ghost` the values
 * of before, drawn over as outlines or, with `isThin`, as dashes; `lines` are
 * `{values, fill, name}`, with dots and a `dash` or else diamonds and its name; `unknown` the steps of which nothing is known.
 */
export function stackedBars(label, given) {
  const { layers, ghost, isThin, lines = [], unknown = [], name } = given;
  const sums = layers[0].values.map((_, i) =>
    layers.reduce((sum, { values }) => sum + (values[i] ?? 0), 0),
  );
  const drawn = lines.flatMap(({ values }) => [...values]);
  const { frame, grid } = slotsOf(given, [...sums, ...(ghost ?? []), ...drawn]);
  const none = hatch(`none-${name}`, "var(--grid)", CARD);
  const hatches = layers.map(
    ({ fill, line, pattern }, i) =>
      pattern && hatch(`${name}-${i}`, pattern === "striped" ? CARD : line, fill),
  );
  const bars = sums.map((_, i) => {
    let below = 0;
    return layers.map(({ values, fill, line }, layer) => {
      if (!(values[i] > 0)) return false;
      const [bottom, top] = [frame.y(below), frame.y(below + values[i])];
      below += values[i];
      return s("rect", {
        x: frame.bar(i),
        y: top,
        width: frame.thick,
        height: Math.max(0.5, bottom - top),
        fill: hatches[layer]?.fill ?? fill,
        stroke: line ?? CARD,
        "stroke-width": line ? 1 : 0.7,
      });
    });
  });
  const holes = unknown.map((i) =>
    s("rect", {
      ...frame.between(i, i + 1),
      x: frame.bar(i),
      width: frame.thick,
      fill: none.fill,
    }),
  );
  return picture(
    frame,
    label,
    none.defs,
    hatches.map((one) => one?.defs),
    grid,
    holes,
    bars,
    ghost?.map((value, i) => value > 0 && (isThin ? dash : outline)(frame, i, value)),
    given.ghostName && nameOver(frame, ghost, given),
    lines.map((one) => lineOver(frame, one)),
  );
}

/** Return the outline of a bar of before, visible on dark bars as on the card. */
function outline(frame, i, value) {
  const [left, top] = [frame.bar(i) - 3, frame.y(value)];
  const d = `M${left} ${frame.bottom}V${top}H${left + frame.thick + 6}V${frame.bottom}`;
  return [lineAlong(d, CARD, 2.6), lineAlong(d, "var(--ghost)", 1.2, "3 3")];
}

/** Return a line on a halo that parts it from the bars: with dots, or with diamonds and its name. */
function lineOver(frame, { values, fill, name, isDotted, dash: dashes }) {
  const points = Array.from(values, (value, i) => [frame.x(i + 0.5), value ?? NaN]);
  const d = linePath(points, frame);
  const known = points.filter(([, value]) => Number.isFinite(value));
  if (!known.length) return false;
  const [x, last] = known.at(-1);
  const r = Math.min(4, frame.slot / 4);
  return [
    lineAlong(d, CARD, 5),
    lineAlong(d, fill, 2, dashes),
    known.map(([place, value]) =>
      isDotted
        ? dot(place, frame.y(value), r, fill, { stroke: CARD, "stroke-width": 1 })
        : s("path", {
            d: `M${place} ${frame.y(value) - 7}l7 7l-7 7l-7 -7Z`,
            fill,
            stroke: CARD,
            "stroke-width": 1.5,
          }),
    ),
    !isDotted && textBeside(frame, [x, frame.y(last) - 10], name, { by: 12, part: 0.8 }),
  ];
}

function dash(frame, i, value) {
  const d = `M${frame.x(i) + 0.5} ${frame.y(value)}h${frame.slot - 1}`;
  return [lineAlong(d, CARD, 4), lineAlong(d, "var(--ghost)", 2)];
}

/** Write over the steps to come whose outlines they are, where there is room. */
function nameOver(frame, ghost, { begun, count, ghostName }) {
  if ((count - begun) * frame.slot < ghostName.length * frame.size * 0.62) return false;
  const top = Math.max(0, ...ghost.slice(begun).filter(Number.isFinite));
  return textAt(frame.x((begun + count) / 2), frame.y(top) - 6, ghostName, {
    size: frame.size,
    style: outlined(3),
  });
}

/**
 * Return a picture of a line through the middle of each step: `top` is the step that is named, and
 * `limit` a value that is drawn across.
 */
export function dottedLine(label, given) {
  const { values, top, topName, limit } = given;
  const { frame, grid } = slotsOf(given, [...values, limit?.value]);
  const points = values.map((value, i) => [frame.x(i + 0.5), value ?? NaN]);
  const [x, most] = points[top];
  return picture(
    frame,
    label,
    grid,
    limit && [
      across(frame, limit.value, "var(--bad)", 1.2, "6 4"),
      textAt(frame.width - frame.right, frame.y(limit.value) + frame.size * 1.2, limit.name, {
        anchor: "end",
        size: frame.size,
        style: "fill: var(--bad)",
      }),
    ],
    lineAlong(linePath(points, frame), "var(--consumption)", 1.5),
    points.map(
      ([place, value], i) =>
        Number.isFinite(value) &&
        dot(place, frame.y(value), i === top ? 4 : 1.8, "var(--consumption)"),
    ),
    textBeside(frame, [x, frame.y(most) - 4], topName, { by: 7, part: 0.7 }),
  );
}

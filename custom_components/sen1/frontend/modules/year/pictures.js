/** The picture of a saving on its way. */

import {
  axes,
  CARD,
  dot,
  Frame,
  lineAlong,
  linePath,
  outlined,
  picture,
  scaleTo,
  textAt,
} from "../chart.js";
import { s } from "../dom.js";
import { across, textBeside } from "../marks.js";

/** So far apart, in pixels, two words one above the other are read. */
const LINE = 15;

/** Return a scale in round steps, at most five, that holds all of these values and 0. */
export function scaleOver(values) {
  const known = [0, ...values.filter(Number.isFinite)];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const step = scaleTo(high - low || 1).ticks[1];
  const [from, to] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => (from + i) * step);
  return { bottom: ticks[0], top: ticks.at(-1), ticks };
}

/** A frame whose values may lie below 0. */
class SignedFrame extends Frame {
  constructor({ bottom: least, ...given }) {
    super(given);
    this.least = least;
  }

  y = (value) =>
    this.bottom - ((value - this.least) / (this.top - this.least)) * (this.bottom - this.above);
}

/** Move places down, so that none is written over the one before. */
function apart(places) {
  const sorted = places.toSorted((one, other) => one.y - other.y);
  const middle = Math.floor(sorted.length / 2);
  for (let i = middle + 1; i < sorted.length; i += 1) {
    sorted[i].y = Math.max(sorted[i].y, sorted[i - 1].y + LINE);
  }
  for (let i = middle - 1; i >= 0; i -= 1) {
    sorted[i].y = Math.min(sorted[i].y, sorted[i + 1].y - LINE);
  }
  return sorted;
}

/**
 * Return the picture of a saving on its way: `points` are `[time, %]`, `heading` where they lead to at
 * the `end`, between `low` and `high`, `target` the line to be reached, each with its `name`.
 */
export function gapPicture(label, given) {
  const { width, height, begin, end, points, heading, target, now, months, formats } = given;
  const scale = scaleOver([
    ...points.map(([, value]) => value),
    target.value,
    ...(heading ? [heading.low, heading.high, heading.value] : []),
  ]);
  const frame = new SignedFrame({
    ...{ width, height, begin, end, top: scale.top, bottom: scale.bottom },
    left: 48,
    right: heading ? 84 : 8,
    above: 10,
  });
  const digits = scale.ticks.some((tick) => !Number.isInteger(tick)) ? 1 : 0;
  const grid = axes(frame, {
    ticks: scale.ticks,
    write: (tick) => formats.percent(tick, tick ? digits : 0),
    unit: "",
    marks: months.slice(1).map(({ time }) => time),
    labels: months.map(({ middle, text }) => ({ time: middle, text })),
  });
  const [last, value] = points.at(-1);
  const at = { x: frame.x(last), y: frame.y(value) };
  const places = points.map(([time, one]) => [frame.x(time), one]);
  return picture(
    frame,
    label,
    grid,
    heading && fan(frame, at, heading),
    across(frame, target.value, "var(--text)", 1.5, "7 4"),
    textAt(frame.left + 6, frame.y(target.value) + 14, target.name, {
      anchor: "start",
      isStrong: true,
      style: outlined(3),
    }),
    lineAlong(linePath(places, frame), "var(--consumption)", 2),
    dot(at.x, at.y, 5, "var(--consumption)", { stroke: CARD, "stroke-width": 1.5 }),
    nameOfNow(frame, at, now),
  );
}

/** Return what may come of it, as wide at the end as it is uncertain. */
function fan(frame, at, { low, high, value, names }) {
  const right = frame.width - frame.right;
  const ends = [low, value, high].map((one) => frame.y(one));
  const labels = apart([
    { y: ends[0], text: names.low },
    { y: ends[1], text: names.value, isStrong: true },
    { y: ends[2], text: names.high },
  ]);
  return [
    s("path", {
      d: `M${at.x} ${at.y}L${right} ${ends[0]}V${ends[2]}Z`,
      fill: "var(--consumption-pale)",
      stroke: "var(--consumption-fill)",
    }),
    lineAlong(`M${at.x} ${at.y}L${right} ${ends[1]}`, "var(--consumption)", 2, "5 4"),
    labels.map(({ y, text, isStrong }) =>
      s("text", { x: right + 8, y: y + 4, class: isStrong && "strong" }, text),
    ),
  ];
}

/** Write beside the point of now, where neither the line nor what may come is. */
function nameOfNow(frame, { x, y }, name) {
  const above = y - frame.above > 44;
  const textY = above ? y - 34 : y + 34;
  return [
    lineAlong(`M${x} ${above ? y - 7 : y + 7}V${above ? textY + 5 : textY - 12}`, "var(--axis)"),
    textBeside(frame, [x, textY], name, { by: 0, part: 0.55 }),
  ];
}

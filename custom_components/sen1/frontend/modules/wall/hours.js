/** Which hour uses most? 24 bars, a clock face, and a question that nothing here answers. */

import { axes, digitsOf, dot, Frame, picture, scaleTo, textAt } from "../chart.js";
import { sumOf } from "../closing.js";
import { h, s } from "../dom.js";
import { highest, hourMeans } from "./means.js";
import { figureCard } from "./parts.js";

/** When the night is, hours of the clock. */
const EVENING = 20;
const MORNING = 7;
const DEEP_NIGHT = 3;
const isNight = (hour) => hour >= EVENING || hour < MORNING;
const isSchool = ({ consumption }) => consumption.sheet?.kind === "school";

export const title = (wall) => wall.text.wall.which_hour[isSchool(wall) ? "school" : "home"];
export const isPossible = (wall) =>
  wall.has(wall.consumption) &&
  wall.compared.isPower(wall.consumption.statistic) &&
  !wall.compared.isOfDays(wall.consumption.statistic);
export const note = ({ consumption, text }) => `${consumption.full}. ${text.wall.measured}`;

export function content(wall) {
  const { compared, consumption, text, formats } = wall;
  const { period, step } = compared;
  const place = isSchool(wall) ? "school" : "home";
  const values = compared.hourly(consumption.statistic);
  const means = hourMeans(values, period.begin, step, formats.zone, isSchool(wall));
  const most = highest(means);
  const energy = (isOf) =>
    wall.energy(sumOf(means.filter((one, hour) => isOf(hour) && one > 0)), 1);
  const words = text.wall;
  const times = means[most] / means[DEEP_NIGHT];
  return [
    h(
      "div.main",
      h("ha-card", h("p.words.soft", words.mean_day[place]), bars(wall, means, most)),
      h(
        "ha-card.share",
        h("div.huge", hourOf(wall, most)),
        h("p.words", words.between(hourOf(wall, most), hourOf(wall, most + 1))),
        clockFace(wall, most),
        h("p.words", words.what_runs, h("br"), h("strong", words.let_us_look)),
      ),
    ),
    h(
      "div.below",
      figureCard(
        "mdi:calendar-today",
        energy(() => true),
        words.in_a_day[place],
        "--consumption",
      ),
      figureCard(
        "mdi:weather-night",
        energy(isNight),
        words.at_night(hourOf(wall, EVENING), hourOf(wall, MORNING)),
        "--soft",
      ),
      Number.isFinite(times) &&
        figureCard(
          "mdi:chart-bar",
          words.times(formats.number(times, times < 10 ? 1 : 0)),
          words.more_than(hourOf(wall, most), hourOf(wall, DEEP_NIGHT)),
          "--consumption",
        ),
    ),
  ];
}

/** Return an hour of the clock as this person reads it, of any day. */
function hourOf({ formats }, hour) {
  const day = new Date(Date.UTC(2026, 5, 15, hour % 24));
  return formats.clockHour(day);
}

function bars(wall, means, most) {
  const { formats, unit, text } = wall;
  const size = Math.max(11, 26 * unit);
  const scale = scaleTo(Math.max(...means.filter((one) => one > 0), 0));
  const frame = new Frame({
    width: 1350 * unit,
    height: 600 * unit,
    begin: 0,
    end: 24,
    top: scale.top,
    size,
    right: size,
    above: size * 3.4,
  });
  const digits = digitsOf(scale.ticks[1]);
  const marks = [0, 3, 6, 9, 12, 15, 18, 21].filter((_, i) => wall.width > 600 || i % 2 === 0);
  const labels = marks.map((time) => ({ time, text: hourOf(wall, time) }));
  const grid = axes(frame, {
    ticks: scale.ticks,
    write: (tick) => formats.number(tick, tick ? digits : 0),
    unit: "kWh",
    marks: [],
    labels,
  });
  const night = ([from, to]) => s("rect", { ...frame.between(from, to), fill: "var(--pale-back)" });
  const gap = (frame.x(1) - frame.x(0)) * 0.13;
  const label = text.wall.highest(hourOf(wall, most), formats.quantity(means[most], "kWh", 1));
  return picture(
    frame,
    label,
    [
      [0, MORNING],
      [EVENING, 24],
    ].map(night),
    grid,
    Array.from(means, (value, hour) => {
      if (!(value >= 0)) return false;
      const isMost = hour === most;
      return s("rect", {
        x: frame.x(hour) + gap,
        width: frame.x(1) - frame.x(0) - 2 * gap,
        y: frame.y(value),
        height: Math.max(1, frame.bottom - frame.y(value)),
        rx: 4 * unit,
        fill: isMost ? "var(--consumption)" : "var(--consumption-pale)",
        stroke: "var(--consumption)",
      });
    }),
    textAt(
      Math.min(Math.max(frame.x(most + 0.5), frame.left + size * 3), frame.width - size * 3),
      frame.y(means[most]) - size * 0.5,
      formats.quantity(means[most], "kWh", 1),
      { size: size * 1.15, "font-weight": 700, style: "fill: var(--consumption)" },
    ),
  );
}

/** Return the face of a clock with an hour as a sector: what children read the time from. */
function clockFace(wall, hour) {
  const place = (at, length) => {
    const angle = (Math.PI * at) / 6;
    return [120 + length * Math.sin(angle), 120 - length * Math.cos(angle)];
  };
  const [from, to] = [hour, hour + 1].map((at) => place(at, 62).map((one) => one.toFixed(1)));
  const numbers = Array.from({ length: 12 }, (_, i) => {
    const [x, y] = place(i + 1, 82);
    return textAt(x, y + 6, String(i + 1), { size: 18 });
  });
  const frame = { width: 240, height: 240 };
  return h(
    "div.clock",
    picture(
      frame,
      wall.text.wall.clock(hourOf(wall, hour)),
      dot(120, 120, 100, "none", { stroke: "var(--axis)", "stroke-width": 3 }),
      numbers,
      s("path", {
        d: `M120 120L${from.join(" ")}A62 62 0 0 1 ${to.join(" ")}Z`,
        fill: "var(--consumption)",
      }),
      dot(120, 120, 5, "var(--text)"),
    ),
  );
}

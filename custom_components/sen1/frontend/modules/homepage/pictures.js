/** The small pictures of Home: a bar along a track, and bars without an axis; figures stand beside them. */

import { h } from "../dom.js";
import { sheetOf } from "../style.js";

/**
 * Return a bar along a track: `parts` are `[look, from, to]`, of the whole as 1; `mark` is where something
 * is aimed at, and under it stand `ends`.
 */
export const gauge = (parts, ends, { look = "", mark } = {}) => [
  h(
    "div",
    { class: `gauge ${look}`, "aria-hidden": "true" },
    parts.map(([name, from, to]) =>
      h("i", { class: name, style: `left: ${100 * from}%; right: ${100 - 100 * to}%` }),
    ),
    mark !== undefined && h("b", { style: `left: ${100 * mark}%` }),
  ),
  h(
    "p.under.ends",
    ends.map((one) => h("span", one)),
  ),
];

/** Return the parts of a bar for where something leads: what is to come, and its uncertain end. */
export const stretch = ({ low, high }, most) => [
  ["pale", 0, low / most],
  ["unsure", low / most, high / most],
];

/** Return the bar of a year: what was bought, what is to come, its uncertain end; last year as a mark. */
export function yearGauge({ so_far: used, last_year: last, ...heading }, ends) {
  const most = Math.max(heading.high, used, last ?? 0);
  const parts = [...stretch(heading, most), ["", 0, used / most]];
  return gauge(parts, ends, { look: "tall", mark: last ? last / most : undefined });
}

/** Return bars of `{value, tick, look, label}`, where a tick is what is beside a value. */
export function bars(steps, look = "") {
  const most = Math.max(...steps.flatMap(({ value = 0, tick = 0 }) => [value, tick]));
  const of = (value) => `${(100 * value) / (most || 1)}%`;
  return h(
    "div",
    { class: `bars ${look}`, "aria-hidden": "true" },
    steps.map((one) =>
      h(
        "span",
        { class: one.look },
        one.value > 0 && h("i", { style: `height: ${of(one.value)}` }),
        one.tick > 0 && h("b", { style: `bottom: ${of(one.tick)}` }),
        one.label && h("small", one.label),
      ),
    ),
  );
}

/** Return a bar of parts, as wide as their energies. */
export const split = (rows) =>
  h(
    "div.bar",
    { "aria-hidden": "true" },
    rows
      .filter(({ energy }) => energy > 0)
      .map(({ energy, fill, line }) =>
        h("span", { style: `flex: ${energy}; ${toned(fill, line)}` }),
      ),
  );

export const toned = (fill, line) => `background: var(${fill}); border-color: var(${line})`;

export const gaugeSheet = sheetOf(`
  .gauge { position: relative; height: 8px; border-radius: 4px; background: var(--track); overflow: hidden; }
  .gauge i { position: absolute; inset-block: 0; border-radius: 4px; background: var(--consumption); }
  .gauge .near { border-radius: 0; background: repeating-linear-gradient(135deg, var(--bad) 0 1.2px, transparent 1.2px 4px); }
  .gauge .pale { background: var(--consumption-fill); }
  .gauge .unsure { border-radius: 0; background: repeating-linear-gradient(135deg, var(--consumption-fill) 0 1.5px, transparent 1.5px 5px); }
  .gauge.tall { height: 18px; margin-top: 12px; }
  .gauge.aim { overflow: visible; margin-top: 14px; height: 10px; }
  .gauge b { position: absolute; inset-block: -5px; border-inline-start: 2px dotted var(--text); }
  .ends { display: flex; justify-content: space-between; gap: 12px; margin-top: 4px; }
  .ends span:last-child { text-align: end; }
`);

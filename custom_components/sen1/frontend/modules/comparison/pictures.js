/** The pictures of a comparison: powers share one scale, all else has a strip of its own. */

import { closed } from "../closing.js";
import { countedOver } from "../common.js";
import { coverageOf, lines, stacked, strip } from "../curves.js";
import { h, listOf, note } from "../dom.js";
import { ENERGY_DIGITS, lowered } from "../formats.js";
import { LOOKS, legend, partOf } from "../past/looks.js";
import { pairOf } from "../series.js";
import { stroke } from "../strokes.js";

export const MODES = ["coverage", "overlay", "stack"];

/** What becomes of a production and a consumption: and how it looks. */
const PARTS = [
  ["covered", LOOKS.produced],
  ["grid", LOOKS.bought],
  ["surplus", LOOKS.sold],
];

/** Return the pictures of the series that have data, as it is asked to compare them. */
export function pictures(card, known) {
  const { compared, text } = card;
  const isPower = ({ statistic }) => compared.isPower(statistic);
  const powers = known.filter(isPower);
  const others = known.filter((one) => !isPower(one));
  const mode = card.mode(known);
  if (mode === "coverage") return covered(card, ...pairOf(powers));
  const make = mode === "stack" ? stacked : lines;
  const names = powers.map(({ full }) => full).join(", ");
  return h(
    "ha-card.gap",
    card.head(text.modes[mode], card.step),
    powers.length > 0 && [
      keyTo(card, powers),
      make(`${names}${text.colon}${card.step}`, {
        ...card.given(340),
        lines: powers.map((one) => card.line(one)),
      }),
    ],
    others.map((one) => [card.head(one.full, undefined, ownScale(card, one)), stripOf(card, one)]),
    byDays(card, known),
  );
}

/** Return why each way to compare makes no sense for what has data; undefined where it does. */
export function possible({ text, compared }, known) {
  const powers = known.filter(({ statistic }) => compared.isPower(statistic));
  return {
    coverage: uncovered(text, compared, pairOf(powers)),
    overlay: undefined,
    stack: powers.length > 1 ? undefined : text.needs_two,
  };
}

/** Return why nothing tells what a production covers of a consumption. */
function uncovered(text, compared, pair) {
  if (!pair.every(Boolean)) return text.needs_pair;
  const { time } = compared.coverage(...pair.map(({ statistic }) => statistic));
  return time === 0 ? text.needs_hours : undefined;
}

/** Return which line is whose. */
const keyTo = (card, known) =>
  listOf("legend", known, ({ statistic, full }) =>
    h("li", stroke(card.colours.get(statistic)), full),
  );

const ownScale = ({ text, compared }, { statistic }) => text.own_scale_in(compared.unit(statistic));

/** Return the strip of what is in a unit of its own: bars of what was counted, or a line. */
function stripOf(card, one) {
  const { compared, text } = card;
  return strip(`${one.full}${text.colon}${compared.unit(one.statistic)}`, {
    ...card.given(120),
    step: compared.stepOf(one.statistic),
    unit: compared.unit(one.statistic),
    isCounted: compared.isAmount(one.statistic),
    values: compared.drawn(one.statistic),
    colour: card.colours.get(one.statistic).line,
  });
}

/** Say which series are known by days. */
function byDays({ compared, text }, known) {
  const ofDays = known.filter(({ statistic }) => compared.isOfDays(statistic));
  const names = ofDays.map(({ full }) => full).join(text.picker.comma);
  return ofDays.length > 0 && note(text.by_days(names));
}

function covered(card, production, consumption) {
  const { text, formats, compared } = card;
  const found = compared.coverage(production.statistic, consumption.statistic);
  const hourly = ({ statistic }) => compared.inUnit(statistic, compared.hourly(statistic));
  const answer = text.covered_at(formats.percent(100 * found.share));
  const counted = countedOver(text, formats, found.time);
  // What begins with the name of a site is written as it is called.
  const isCalled = !consumption.mine || consumption.full.startsWith(consumption.place);
  const used = isCalled ? consumption.full : lowered(consumption.full);
  const names = [text.kinds.production, text.kinds.consumption, text.surplus];
  return h(
    "ha-card.gap",
    card.head(text.over(production.full, used), card.step),
    h("div.figures", h("div.answer", answer), h("div.grow", parts(card, found))),
    coverageOf(answer, {
      ...card.given(320),
      production: hourly(production),
      consumption: hourly(consumption),
      names: card.width > 500 ? names : undefined,
    }),
    card.width <= 500 && keyTo(card, [production, consumption]),
    counted && note(counted),
  );
}

/** Return the three as they are printed: what is covered adds up with each to what was used and made. */
function printedOf({ covered, grid, surplus }) {
  // What is added up in binary may lie just beside a half.
  const rounded = (energy) => closed([+energy.toFixed(6)], ENERGY_DIGITS)[0];
  const common = rounded(covered);
  return {
    covered: common,
    grid: rounded(covered + grid) - common,
    surplus: rounded(covered + surplus) - common,
  };
}

/** Return a bar of what is covered, bought and left over, and the three in words. */
function parts({ text, formats }, found) {
  const sum = found.covered + found.grid + found.surplus;
  const printed = printedOf(found);
  const there = PARTS.filter(([name]) => found[name] > 0);
  return [
    h(
      "div.bar",
      { "aria-hidden": "true" },
      there.map(([name, look]) => partOf(found[name] / sum, look)),
    ),
    listOf("legend", PARTS, ([name, look]) =>
      legend({ ...look, name: text.parts[name](formats.energy(printed[name])) }),
    ),
  ];
}

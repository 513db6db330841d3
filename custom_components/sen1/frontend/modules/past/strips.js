/** What stands under the bars, on the same places: the roof, the highest powers, the cold or the water. */

import { move } from "../address.js";
import { dottedLine, stackedBars } from "../bars.js";
import { choice } from "../card.js";
import { leftOf } from "../closing.js";
import { h } from "../dom.js";
import { ENERGY_DIGITS } from "../formats.js";
import { LOOKS, legend } from "./looks.js";
import { common, pointed } from "./pictures.js";
import { STEPS } from "./spans.js";
import { sunOf } from "./sums.js";
import { digitsOf, peakOf } from "./words.js";

const STRIPS = { roof: sun, power: powers, cold, water };

/** Return the names of the strips there are. */
export function stripsOf(card) {
  const { shown, leafed, isElectric, peaks, hasCold } = card;
  const roof = isElectric && sunOf(leafed.current, shown.steps);
  const isBars = shown.name === "sold" || (shown.name === "produced" && !roof?.sold);
  const { water: drawn } = leafed.current.quantities;
  const there = {
    roof: roof && !isBars,
    power: peaks,
    cold: hasCold,
    water: shown.name !== "water" && drawn?.values.some(Number.isFinite),
  };
  return Object.keys(STRIPS).filter((name) => there[name]);
}

/** Return the strip that is chosen, and the choice of others. */
export function strip(card, shown) {
  const { text, strip: name } = card;
  const all = stripsOf(card);
  if (!all.length) return false;
  const words = text.past;
  return [
    h(
      "div.over",
      h("h3", { id: "under-bars" }, words.under_bars),
      choice(
        words.under_bars,
        all.map((one) => [
          words.strips[one],
          one === name,
          () => move({ under: one === name ? "" : one }),
          { icon: one === name && "mdi:check", class: "small" },
        ]),
      ),
    ),
    name && STRIPS[name](card, shown),
  ];
}

/** Return what all strips have in common. */
const low = (card, shown, name) => ({
  ...common(card, shown, 76),
  above: 12,
  labels: [],
  name,
});

/** Return the strip of what was counted or measured in each step. */
function counted(card, shown, { name, title, values, total }) {
  const picture = stackedBars(title, {
    ...low(card, shown, name),
    layers: [{ values, ...LOOKS.water }],
  });
  return [
    h("ul.legend", h("li.under", `${title}${card.text.colon}${total}`)),
    pointed(card, shown, picture),
  ];
}

/** Return the strip of the cold of each step, once it is told. */
function cold(card, shown) {
  const { text, formats, weather } = card;
  const words = text.past;
  if (!weather?.isCold) return weather ? h("p.under", text.loading) : false;
  const { degree_days: values, total } = weather.cold;
  const title = words.strips.cold_long;
  const told = formats.quantity(total, words.degree_days);
  return counted(card, shown, { name: "cold", title, values, total: told });
}

function water(card, shown) {
  const { text, formats, leafed } = card;
  const { values, total, unit } = leafed.current.quantities.water;
  return counted(card, shown, {
    name: "water",
    title: text.quantities.water,
    values: values.slice(0, shown.steps.begun),
    total: formats.quantity(total, unit, digitsOf(unit)),
  });
}

/** Return the strip of the highest power of each step. */
function powers(card, shown) {
  const { text, formats, period, site, peaks } = card;
  const words = text.past;
  const { values, isApparent, top } = peaks;
  // What is subscribed is apparent power: a mean of kW says nothing of it.
  const limit = isApparent &&
    site.subscribed_power > 0 && {
      value: 1000 * site.subscribed_power,
      name: words.subscribed(formats.power(site.subscribed_power)),
    };
  const title = (peaks.isMean ? words.highest_half_hour_by : words.highest_by)[STEPS[period.unit]];
  const picture = dottedLine(`${title}, W`, {
    ...low(card, shown),
    values,
    top,
    topName: card.isNarrow
      ? formats.power(values[top], "W")
      : peakOf(peaks, top, period.unit, card),
    limit,
  });
  return [h("p.under", `${title}, W`), pointed(card, shown, picture)];
}

/** Return the strip of what the roof made: used here, and sold. */
function sun(card, shown) {
  const { text, formats, leafed } = card;
  const words = text.past;
  const { used, sold, totals } = sunOf(leafed.current, shown.steps);
  const { produced, sold: given } = totals;
  const { consumed, bought } = leafed.current.quantities;
  const ofRoof = leftOf(totals.used, consumed?.total, bought?.total, ENERGY_DIGITS);
  const income = Number.isFinite(totals.income) ? ` (${formats.money(totals.income)})` : "";
  const layers = [
    used && { name: words.used_of(formats.energy(ofRoof)), values: used, ...LOOKS.produced },
    sold && {
      name: `${words.sold_of(formats.energy(given))}${income}`,
      values: sold,
      ...LOOKS.sold,
    },
  ].filter(Boolean);
  const title = text.quantities[used ? "produced" : "sold"];
  return [
    pointed(card, shown, stackedBars(`${title}, kWh`, { ...low(card, shown, "roof"), layers })),
    h(
      "ul.legend",
      layers.map(legend),
      Number.isFinite(produced) &&
        h(
          "li.under",
          words.produced_of(formats.energy(leftOf(produced, ofRoof, -given, ENERGY_DIGITS))),
        ),
    ),
  ];
}

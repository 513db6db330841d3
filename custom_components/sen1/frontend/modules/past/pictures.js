/** The bars of a period, with what they are compared with. */

import { SIDES, stackedBars } from "../bars.js";
import { h, s } from "../dom.js";
import { inWords } from "../formats.js";
import { pointable, slots, stepped } from "../stepping.js";
import { markOf } from "./chosen.js";
import { hue, LOOKS, legend } from "./looks.js";
import { STEPS, YEAR } from "./spans.js";
import { isLike, isWhole, stepChange, sunOf } from "./sums.js";
import {
  highestOf,
  labelsOf,
  peakOf,
  rowDigits,
  shortNameOf,
  stepName,
  tariffName,
  writing,
} from "./words.js";

/**
 * Return the tones of tariff periods: of two the cheap one is pale and the dear one full. Of more each
 * colour or season has its tone, and its off-peak hours are striped: six tones could not be told apart.
 */
export function tonesOf(tariffs) {
  if (tariffs.length <= 2) {
    return tariffs.map((_, i) => ({ fill: `var(--consumption${i ? "" : "-fill"})` }));
  }
  const kinds = [...new Set(tariffs.map(kindOf))];
  return tariffs.map((tariff) => {
    const share = Math.round((100 * kinds.indexOf(kindOf(tariff))) / Math.max(1, kinds.length - 1));
    return {
      fill: `color-mix(in oklab, var(--consumption) ${share}%, var(--consumption-pale))`,
      line: "var(--consumption)",
      pattern: tariff.startsWith("off_peak") && tariffs.length > kinds.length && "striped",
    };
  });
}

const kindOf = (tariff) => tariff.replace(/^(off_)?peak_?/, "");

const NO_DATA = { ...hue("--grid", "--axis"), pattern: "no-data" };

/** Return what the layers of the bars look like, with their names. */
export function layersOf(card, shown) {
  const { layers, name, values } = shown;
  if (!layers.length) return [{ values, ...LOOKS[name] }];
  const known = layers.map(({ tariff }) => tariff).filter(Boolean);
  const tones = tonesOf(known);
  return layers.map(({ tariff, values: ofTariff }, i) => ({
    values: ofTariff,
    name: tariffName(tariff, card),
    ...(tariff ? tones[i] : { fill: "var(--others)" }),
  }));
}

/** Return what all pictures of a page have in common. */
export function common(card, { steps }, height) {
  const { formats, period, isNow, isNarrow } = card;
  return {
    count: steps.begins.length,
    begun: steps.begun,
    width: pictureWidth(card),
    height,
    formats,
    pointed: card.pointed,
    labels: labelsOf(steps, { unit: period.unit, isNow, isNarrow, formats }),
  };
}

const pictureWidth = ({ width }) => Math.max(240, width - 34);

/** Return what tells which step lies under the pointer, and looks at it. */
function pointing(card, shown) {
  const count = shown.steps.begins.length;
  return {
    ...slots({ width: pictureWidth(card), count, ...SIDES }),
    point: (step) => card.point(step),
    open: card.opens && ((i) => card.openStep(i)),
  };
}

/** Return a picture below the bars, on the same places. */
export const pointed = (card, shown, picture) => pointable(pointing(card, shown), picture);

/** Return the bars, and what is drawn over them. */
export function pictures(card, shown) {
  const { text, formats, period, leafed, isNarrow, compared, beside } = card;
  const layers = layersOf(card, shown);
  const beforeName = shortNameOf(leafed.before, formats);
  const unknown = shown.values.flatMap((value, i) =>
    value === null && i < shown.steps.begun ? [i] : [],
  );
  const ghost = compared.includes(YEAR) ? shown.ghost : undefined;
  const normal = card.weather?.line(shown);
  const lines = [normal, ...(beside?.lines() ?? [])].filter(Boolean);
  const picture = stackedBars(summaryOf(card, shown), {
    ...common(card, shown, isNarrow ? 200 : 240),
    name: "main",
    layers,
    unit: shown.isMoney ? formats.symbol : shown.unit,
    ghost,
    ghostName: ghost && beforeName,
    isThin: isNarrow,
    unknown,
    lines,
  });
  const titled = `${text.quantities[shown.name]} ${text.past.by_step[STEPS[period.unit]]}`;
  return [
    h("h3.hidden", titled),
    gone(card, shown, picture),
    h(
      "ul.legend",
      layers.length > 1 && layers.map(legend),
      ghost && h("li", markOf(compared, YEAR), beforeName),
      normal && h("li", diamond(), text.past.in_normal),
      lines
        .filter(({ id }) => id)
        .map(({ id, name, values }) =>
          h("li", markOf(compared, id), name, lastOf(card, shown, values)),
        ),
      unknown.length > 0 && legend({ name: text.unknown, ...NO_DATA }),
    ),
  ];
}

/** Say until when a line is known, where it ends before the bars do. */
function lastOf({ text, formats, period }, { steps }, values) {
  const last = values.findLastIndex(Number.isFinite);
  if (last < 0) return `, ${text.unknown}`;
  if (last >= steps.begun - 1) return false;
  return `, ${text.past.until(stepName(steps.begins[last], period.unit, formats))}`;
}

/** Return the mark of what is told in usual weather. */
const diamond = () =>
  s(
    "svg.stroke",
    { viewBox: "0 0 28 12", "aria-hidden": "true" },
    s("path", { d: "M0 6H28", stroke: "var(--series-2)", "stroke-width": 2 }),
    s("path", { d: "M14 1L19 6L14 11L9 6Z", fill: "var(--series-2)" }),
  );

/** Say in one sentence what the picture shows, for who does not see it. */
function summaryOf({ text, formats, period }, shown) {
  const { name, steps, total } = shown;
  const all = writing(shown, formats, rowDigits(shown, period))(total);
  const by = text.past.by_step[STEPS[period.unit]];
  return `${text.quantities[name]} ${by}${text.colon}${all}, ${steps.begun}/${steps.begins.length}`;
}

/** Return the bars as they are gone through, with a box beside the step that is pointed at. */
function gone(card, shown, picture) {
  const { text, pointed, period, isNarrow } = card;
  const count = shown.steps.begins.length;
  const width = pictureWidth(card);
  return stepped(
    {
      ...pointing(card, shown),
      ...{ colon: text.colon, count, pointed, width, isNarrow },
      label: text.past.steps_of[STEPS[period.unit]],
      first: Math.max(0, shown.steps.begun - 1),
      told: (i) => told(card, shown, i),
    },
    picture,
  );
}

/** Return what is told of a step: names and values. */
function told(card, shown, i) {
  const { text, formats, period, leafed } = card;
  const { steps, values, layers, unit, isMoney } = shown;
  const ghost = card.compared.includes(YEAR) ? shown.ghost : undefined;
  const words = text.past;
  const write = writing(shown, formats, rowDigits(shown, period));
  const cost = shown.series.costs?.[i];
  const { peaks } = card;
  const roof = card.isElectric && sunOf(leafed.current, steps);
  const ofRoof = (quantity, energies) =>
    Number.isFinite(energies?.[i]) && [
      text.quantities[quantity],
      formats.energy(energies[i], rowDigits({ unit: "kWh" }, period)),
    ];
  const change = ghost && isLike(period) ? stepChange(shown, i) : undefined;
  const before = beforeName(card, i);
  const title = stepName(steps.begins[i], period.unit, formats);
  if (i >= steps.begun) {
    const ahead = ghost?.[i] ?? null;
    return [[title], ...(ahead === null ? [] : [[before, write(ahead)]])];
  }
  if (values[i] === null) return [[title, text.unknown]];
  const rows = [
    ...layers
      .filter((one) => one.values[i] > 0)
      .map((one) => [tariffName(one.tariff, card), write(one.values[i])]),
    [text.total, write(values[i])],
    !isMoney && Number.isFinite(cost) && [words.cost, formats.money(cost)],
    isMoney && [
      words.energy,
      formats.quantity(shown.series.values[i], unit, rowDigits({ unit }, period)),
    ],
    ghost?.[i] > 0 && [
      before,
      write(i === steps.begun - 1 && shown.same ? shown.same.values[i] : ghost[i]),
    ],
    ...(card.beside?.lines() ?? [])
      .filter((one) => Number.isFinite(one.values[i]))
      .map((one) => [one.name, write(one.values[i])]),
    change !== undefined && [text.change, inWords(100 * change, card)],
    ...(card.weather?.told(i) ?? []),
    Number.isFinite(peaks?.values?.[i]) && [
      highestOf(peaks, words),
      peakOf(peaks, i, period.unit === "year" ? "year" : "day", card),
    ],
    ofRoof("self_consumed", roof?.used),
    ofRoof("sold", roof?.sold),
    !isWhole(shown, i) && [
      text.past.known_part,
      formats.percent(Math.floor(100 * shown.series.known[i])),
    ],
  ];
  return [[title], ...rows.filter(Boolean)];
}

/** Return what a step stands beside: of a day its own date, which says the day of the week. */
function beforeName({ formats, period, leafed }, i) {
  const time = STEPS[period.unit] === "day" ? leafed.whole.begins[i] : undefined;
  if (time === undefined) return shortNameOf(leafed.before, formats);
  return formats.date(time, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
}

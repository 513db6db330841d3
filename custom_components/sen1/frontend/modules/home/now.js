/** The power now on the day so far and what is usual; or the day that is over, where it is told later. */

import { periodAt, startOfDay, toField } from "../calendar.js";
import { figure } from "../card.js";
import { outlined, textAt } from "../chart.js";
import { lines } from "../curves.js";
import { h, note, subline } from "../dom.js";
import { valuesOf } from "../fetched.js";
import { lowered } from "../formats.js";
import { first, having, isReadByHand, powerOf, subscribedPower } from "../installation.js";
import { HALF_HOUR, halfHours, peaksOf } from "../powers.js";
import { askedOf, gives, isRoof } from "../sites.js";
import { bandOf, usualOf } from "../usual.js";

const STEP = 300_000;
const KILO = 1000;
const HEIGHT = 150;
/** The part of what is subscribed from which the bar is hatched. */
const NEAR = 0.9;
/** The hour near the end of the day at which the band is named. */
const NAMED_AT = 20;
/** What a site's series are that a power is the pace of, the best of each first. */
const SERIES = {
  consumption: ["consumed", "bought"],
  production: ["produced"],
  injected: ["sold"],
};
/** Periods that every day has at the same hours, but for its colour. */
const DAILY = /^(off_)?peak(_(blue|white|red))?$/;

/** Return the entities: the power, or what tells of the day before; the tariff period. */
function entitiesOf({ here, site, config }) {
  const power = config.entity ?? powerOf(here, site);
  return {
    power,
    day: power ? undefined : first(here, "bought_yesterday"),
    period: first(here, "tariff_period", "tariff_period_in_force"),
  };
}

/** Return the watts that an entity shows, or undefined. */
export function wattsOf(card, entity) {
  const value = card.value(entity);
  const unit = card.state(entity)?.attributes.unit_of_measurement ?? "W";
  return value === undefined ? undefined : value * (unit.startsWith("k") ? KILO : 1);
}

/** Return what is shown of this moment, or nothing where nothing tells a power. */
export function now(card) {
  const { text, formats, site, past } = card;
  const { power, day } = entitiesOf(card);
  // Between two readings nobody knows when it was used.
  if (!power && (!day || isReadByHand(card.here))) return undefined;
  fetch(card);
  const at = past?.period.begin ?? periodAt(Date.now(), "day", formats.zone, power ? 0 : -1).begin;
  const to = site && ["past", { period: "day", date: toField(at, formats.zone) }];
  if (day) return { title: text.home.that_day, to, ...yesterday(card) };
  const watts = wattsOf(card, power);
  return {
    title: card.config.title ?? text.home.now[kindOf(card)],
    under: underOf(card),
    to,
    content: [
      watts === undefined
        ? card.alert("warning", text.home.meter_silent, text.home.meter_silent_next)
        : h("div", { class: "moment" }, figure(formats.number(watts), "W"), limit(card, watts)),
      past && card.width ? curve(card, watts) : card.loading(HEIGHT),
      past?.told?.now && past.told.now.state !== "usual" && note(unusual(card, past.told.now)),
    ],
  };
}

function unusual({ text, formats }, { state, low, high }) {
  return text.home.not_usual[state](formats.number(low), formats.quantity(high, "W"));
}

/** What the power is of: hue and words say the same. */
function kindOf(card) {
  const { here, site } = card;
  const { power } = entitiesOf(card);
  const { produced_power = [], sold_power = [] } = isRoof(site) ? site.sources : {};
  if (sold_power.includes(power)) return "injected";
  const isProduced =
    produced_power.includes(power) || (power && power === first(here, "production_power"));
  return isProduced ? "production" : "consumption";
}

/** Return the period in force and until when, and the colours of a contract that has some. */
function underOf(card) {
  const { here, hass, text, formats, past, site, config } = card;
  if (isRoof(site) || config.entity) return undefined;
  const { period } = entitiesOf(card);
  const state = card.state(period);
  const name = state && lowered(hass.formatEntityState(state));
  const until = past?.until && formats.time(new Date(past.until));
  const [today, tomorrow] = ["colour_today", "colour_tomorrow"].map((key) => {
    const colour = card.state(first(here, key));
    return colour && lowered(hass.formatEntityState(colour));
  });
  return [
    name && (until ? text.home.period_until(name, until) : name),
    today && text.home.today_is(today),
    tomorrow && text.home.tomorrow_is(tomorrow),
  ]
    .filter(Boolean)
    .join(", ");
}

/** Return how far what is drawn is from what the contract allows. */
function limit(card, watts) {
  const { here, site, hass, text, formats, config } = card;
  if (isRoof(site) || config.entity) return false;
  const kva = subscribedPower(hass, here, site);
  // What comes from a roof does not go through the meter.
  const drawn = wattsOf(card, first(here, "apparent_power")) ?? (gives(site) ? undefined : watts);
  if (!kva || drawn === undefined) return false;
  const part = Math.min(100, Math.max(0, (100 * drawn) / (kva * KILO)));
  return h(
    "div",
    { class: "limit" },
    h(
      "div",
      { class: "gauge", "aria-hidden": "true" },
      h("i", { style: `width: ${part}%` }),
      h("i", { class: "near", style: `left: ${100 * NEAR}%` }),
    ),
    h(
      "p",
      { class: "under" },
      h("span", null, text.home.of_limit(formats.percent((100 * drawn) / (kva * KILO)))),
      h("span", null, formats.quantity(kva * KILO, "W")),
    ),
  );
}

/** Return the day that is over: its highest power, and its half-hours. */
function yesterday(card) {
  const { text, formats, past } = card;
  const { day } = entitiesOf(card);
  if (!past || !card.width) return { under: "\u00a0", content: card.loading(HEIGHT + 60) };
  const { period, values, peaks } = past;
  const what = text.home[peaks?.isMean ? "highest_half_hour" : "highest"];
  const untold = card.state(day) ? text.home.no_half_hours : text.not_known_yet;
  return {
    under: formats.longDate(period.begin),
    content: [
      peaks && figure(formats.number(peaks.values[0] * KILO), "W"),
      peaks && subline(`${what}, ${text.at} ${formats.time(new Date(peaks.at[0]))}`),
      values.some(Number.isFinite) ? curve(card) : note(untold),
    ],
  };
}

function curve(card, watts) {
  const { formats, text, past } = card;
  const { period, step, values, bands, usual } = past;
  const kind = kindOf(card);
  const pale = kind === "injected" ? "var(--injected-fill)" : `var(--${kind}-pale)`;
  const isNow = Number.isFinite(watts) && +period.end > Date.now();
  return lines(entitiesOf(card).power ? text.home.since_midnight : text.home.that_day, {
    period,
    step,
    formats,
    width: widthOf(card),
    height: HEIGHT,
    unit: "W",
    bands,
    usual,
    now: isNow ? { time: Date.now(), value: watts } : undefined,
    lines: [
      {
        values,
        line: `var(--${kind})`,
        // The band behind it is seen through it.
        pale: `color-mix(in srgb, ${pale} 62%, transparent)`,
      },
    ],
    over: (frame) => names(card, frame),
  });
}

/** How wide the picture is: of a wide page the card has seven parts of twelve. */
const widthOf = ({ width, config }) =>
  (width >= 900 && !config.part ? Math.floor((7 * (width + 16)) / 12) - 16 : width) - 34;

/** Write over the shade, and over the band, what they are, where there is room. */
function names({ text, past, width }, frame) {
  const { period, bands, usual } = past;
  const style = outlined(3);
  const widest = bands.toSorted((one, other) => other.end - other.begin - (one.end - one.begin))[0];
  const middle = widest && frame.x((+widest.begin + +widest.end) / 2);
  const isWide = widest && frame.between(widest.begin, widest.end).width > 70;
  const quarter = NAMED_AT * 4;
  const isBand = Number.isFinite(usual?.high[quarter]);
  const time = +period.begin + quarter * (usual?.step ?? 0);
  return [
    isWide && textAt(middle, frame.above + frame.size, text.home.off_peak),
    isBand &&
      width > 0 &&
      textAt(frame.x(time), frame.y(usual.high[quarter]) - 5, text.home.usually, { style }),
  ];
}

/** Read the day once for each step of it. */
function fetch(card) {
  const { hass, config, formats } = card;
  const { power, day, period: tariff } = entitiesOf(card);
  const site = config.entity ? undefined : card.site;
  const state = hass.states[first(card.here, "usual")]?.state;
  const told = hass.states[day]?.state;
  const key = [power, tariff, card.site?.id, told, state, Math.floor(Date.now() / STEP)];
  return card.fetchOnce(key, async () => {
    const period = periodAt(Date.now(), "day", formats.zone, power ? 0 : -1);
    const isUsual = card.site && power && kindOf(card) === "consumption";
    const asked = config.entity ? { entity: config.entity } : {};
    const [read, usual, tariffs] = await Promise.all([
      site ? ofSite(card, site, period) : ofEntity(card, power, period),
      isUsual ? usualOf(hass, card.site, asked) : {},
      site && power && tariff ? periodsOf(card, tariff, period).catch(() => NONE) : NONE,
    ]);
    return { past: { period, ...read, ...tariffs, told: usual, usual: bandOf(usual) } };
  });
}

/** Return the mean powers of a site's half-hours, W. */
async function ofSite(card, site, period) {
  const { power, day } = entitiesOf(card);
  if (day) return ofDay(card, site, period).catch(() => ({ step: HALF_HOUR, values: [] }));
  const values = await halfHours(card.hass, site, SERIES[kindOf(card)], period);
  // A site of which no energy is counted may have a power all the same.
  return values
    ? { step: HALF_HOUR, values: values.map((one) => one * KILO) }
    : ofEntity(card, power, period);
}

/** Return the mean powers of the half-hours of a day that is over, what was told as a day apart; its highest. */
async function ofDay({ hass }, { id, statistics: { bought } }, period) {
  const [{ step, told, values }, energies] = await Promise.all([
    valuesOf(hass, bought ? [bought] : [], period),
    hass.callWS(askedOf("sen1/energies", id, period, "day")),
  ]);
  const fine = values[bought].map((one, i) => (told[bought].ofDays[i] ? NaN : one * KILO));
  return { step, values: fine, peaks: peaksOf(energies) };
}

/** Return the mean powers that the recorder has of an entity, W. */
async function ofEntity({ hass }, power, period) {
  const { values } = await valuesOf(hass, [power], period, "five_minutes").catch(() => ({}));
  return { step: STEP, values: (values?.[power] ?? []).map((one) => one * KILO) };
}

const NONE = { bands: [], until: undefined };

/**
 * Return when it is off-peak today, as the recorder kept it, and until when the period in force lasts:
 * what each day has at the same hours is known from the day before.
 */
async function periodsOf(card, entity, { begin, end }) {
  const { hass, here, formats } = card;
  const time = Date.now();
  const dayBefore = startOfDay(begin, formats.zone, -1);
  const found = await hass.callWS({
    type: "history/history_during_period",
    start_time: dayBefore.toISOString(),
    end_time: new Date(time).toISOString(),
    entity_ids: [entity],
    minimal_response: true,
    no_attributes: true,
  });
  const states = found[entity] ?? [];
  const spans = states.map(({ s: state, lu }, i) => ({
    state,
    begin: Math.max(dayBefore, lu * KILO),
    end: states[i + 1] ? states[i + 1].lu * KILO : time,
  }));
  const names = having(here, "energy_of_tariff_year").map(
    ({ entity_id }) => hass.states[entity_id]?.attributes.tariff,
  );
  const isDaily = names.length > 1 && names.every((one) => DAILY.test(one));
  const ahead = begin - dayBefore;
  const like = isDaily
    ? spans.map((one) => ({ ...one, begin: one.begin + ahead, end: one.end + ahead }))
    : [];
  const last = like.find((one) => one.begin <= time && one.end > time);
  const isSame = last && last.state === spans.at(-1)?.state;
  const coming = isSame ? like.map((one) => ({ ...one, begin: Math.max(one.begin, time) })) : [];
  const bands = [...spans, ...coming]
    .map((one) => ({ ...one, begin: Math.max(begin, one.begin), end: Math.min(end, one.end) }))
    .filter((one) => one.state.startsWith("off_peak") && one.end > one.begin);
  return { bands, until: isSame && last.end < time + ahead ? last.end : undefined };
}

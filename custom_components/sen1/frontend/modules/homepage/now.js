/** The power now on the day so far and what is usual; or the day that is over, where it is told later. */

import { periodAt, startOfDay, toField } from "../calendar.js";
import { figure } from "../card.js";
import { outlined, textAt } from "../chart.js";
import { lines } from "../curves.js";
import { h, note, subline } from "../dom.js";
import { valuesOf } from "../fetched.js";
import { inOne, inWatts, lowered, WATTS } from "../formats.js";
import { first, having, isReadByHand, powerOf, subscribedPower } from "../installation.js";
import { HALF_HOUR, halfHours, peaksOf } from "../powers.js";
import { askedOf, gives, isRoof } from "../sites.js";
import { gauge } from "./pictures.js";

const STEP = 300_000;
const QUARTER = 900_000;
const HEIGHT = 150;
/** The part of what is subscribed from which the bar is hatched. */
const NEAR = 0.9;
/** The quarter of an hour, near the end of the day, at which the band is named. */
const NAMED_AT = 80;
/** What a site's series are that a power is the pace of, the best of each first. */
const SERIES = {
  consumption: ["consumed", "bought"],
  production: ["produced"],
  injected: ["sold"],
};
/** Periods that every day has at the same hours, but for its colour. */
const DAILY = /^(off_)?peak(_(blue|white|red))?$/;

/** What the card is told to show, or what tells the power of its site. */
const powerIn = ({ here, site, config }) => config.entity ?? powerOf(here, site);

/** Return the watts that an entity shows, or undefined. */
export function wattsOf(card, entity) {
  const watts =
    card.value(entity) * WATTS[card.state(entity)?.attributes.unit_of_measurement ?? "W"];
  return Number.isFinite(watts) ? watts : undefined;
}

/** Return what is shown of this moment or of yesterday, or nothing where nothing tells a power. */
export function now(card) {
  const { here, text, formats, site, past, config } = card;
  const words = text.home;
  const power = powerIn(card);
  const day = !power && !isReadByHand(here) && first(here, "bought_yesterday");
  if (!power && !day) return undefined;
  fetch(card, power, day);
  const period = periodAt(Date.now(), "day", formats.zone, power ? 0 : -1);
  const to = site && ["past", { period: "day", date: toField(period.begin, formats.zone) }];
  const isThere = past && card.width;
  if (day) {
    const content = isThere ? yesterday(card, day) : card.loading(HEIGHT + 60);
    return { title: words.that_day, under: formats.longDate(period.begin), to, content };
  }
  const watts = wattsOf(card, power);
  const { state, low, high } = past?.told.now ?? {};
  return {
    title: config.title ?? words.now[kindOf(card)],
    under: isRoof(site) || config.entity ? undefined : under(card),
    to,
    content: [
      watts === undefined
        ? card.alert("warning", words.silent, words.silent_next)
        : h("div.moment", figure(formats.number(watts), "W"), limit(card, watts)),
      isThere ? curve(card, watts) : card.loading(HEIGHT),
      state in words.beside_usual &&
        note(words.beside_usual[state](formats.number(low), formats.quantity(high, "W"))),
    ],
  };
}

/** What the power is of: hue and words say the same. */
function kindOf(card) {
  const power = powerIn(card);
  const { produced_power = [], sold_power = [] } = isRoof(card.site) ? card.site.sources : {};
  if (sold_power.includes(power)) return "injected";
  const made = [...produced_power, first(card.here, "production_power")];
  return power && made.includes(power) ? "production" : "consumption";
}

/** Return the period in force and until when, and the colours of a contract that has some. */
function under(card) {
  const { here, hass, text, formats, past } = card;
  const words = text.home;
  const [name, today, tomorrow] = [
    ["tariff_period", "tariff_period_in_force"],
    ["colour_today"],
    ["colour_tomorrow"],
  ].map((keys) => {
    const state = card.state(first(here, ...keys));
    return state && lowered(hass.formatEntityState(state));
  });
  return inOne([
    name && past?.until ? words.period_until(name, formats.time(new Date(past.until))) : name,
    today && words.today_is(today),
    tomorrow && words.tomorrow_is(tomorrow),
  ]);
}

/** Return how far what is drawn is from what the contract allows. */
function limit(card, watts) {
  const { here, site, hass, text, formats, config } = card;
  const allowed = 1000 * subscribedPower(hass, here, site);
  // What comes from a roof does not go through the meter.
  const drawn = wattsOf(card, first(here, "apparent_power")) ?? (gives(site) ? undefined : watts);
  if (isRoof(site) || config.entity || !allowed || drawn === undefined) return false;
  const part = drawn / allowed;
  const ends = [text.home.of_limit(formats.percent(100 * part)), formats.quantity(allowed, "W")];
  const ofAll = ["", 0, Math.min(1, Math.max(0, part))];
  return h("div.limit", gauge([ofAll, ["near", NEAR, 1]], ends));
}

/** Return the day that is over: its highest power, and its half-hours. */
function yesterday(card, day) {
  const { text, formats, past } = card;
  const words = text.home;
  const { values, peaks } = past;
  const what = words[peaks?.isMean ? "highest_half_hour" : "highest"];
  const untold = card.state(day) ? words.no_half_hours : text.not_known_yet;
  return [
    peaks && figure(formats.number(peaks.values[0]), "W"),
    peaks && subline(`${what}, ${text.at} ${formats.time(new Date(peaks.at[0]))}`),
    values.some(Number.isFinite) ? curve(card) : note(untold),
  ];
}

function curve(card, watts) {
  const { formats, text, past, config, width } = card;
  const { period, step, values, bands, usual } = past;
  const kind = kindOf(card);
  // The band behind it is seen through it.
  const pale = `--${kind}-${kind === "injected" ? "fill" : "pale"}`;
  const seenThrough = `color-mix(in srgb, var(${pale}) 62%, transparent)`;
  const isNow = Number.isFinite(watts) && +period.end > Date.now();
  // On a wide page the card has seven parts of twelve.
  const own = width >= 900 && !config.part ? Math.floor((7 * (width + 16)) / 12) - 16 : width;
  return lines(text.home[powerIn(card) ? "since_midnight" : "that_day"], {
    ...{ period, step, formats, bands, usual, height: HEIGHT },
    width: own - 34,
    now: isNow ? { time: Date.now(), value: watts } : undefined,
    lines: [{ values, line: `var(--${kind})`, pale: seenThrough }],
    over: (frame) => names(card, frame),
  });
}

/** Write over the longest shade, and over the band, what they are, where there is room. */
function names({ text, past }, frame) {
  const { period, bands = [], usual } = past;
  const [{ x, width } = {}] = bands
    .map(({ begin, end }) => frame.between(begin, end))
    .sort((one, other) => other.width - one.width);
  const high = usual?.high[NAMED_AT];
  return [
    width > 70 && textAt(x + width / 2, frame.above + frame.size, text.home.off_peak),
    high > 0 &&
      textAt(frame.x(+period.begin + NAMED_AT * usual.step), frame.y(high) - 5, text.home.usually, {
        style: outlined(3),
      }),
  ];
}

/** Read the day once for each step of it. */
function fetch(card, power, day) {
  const { hass, here, config, formats, site } = card;
  const tariff = first(here, "tariff_period", "tariff_period_in_force");
  const [told, state] = [day, first(here, "usual")].map((one) => hass.states[one]?.state);
  const key = [power, tariff, site?.id, told, state, Math.floor(Date.now() / STEP)];
  return card.fetchOnce(key, async () => {
    const period = periodAt(Date.now(), "day", formats.zone, power ? 0 : -1);
    const isUsual = site && power && kindOf(card) === "consumption";
    const isOfSite = site && !config.entity;
    const [read, usual, tariffs] = await Promise.all([
      isOfSite ? ofSite(card, power, period) : ofEntity(hass, power, period),
      isUsual ? usualOf(hass, site, config.entity && { entity: config.entity }) : {},
      isOfSite && power && tariff && periodsOf(card, tariff, period).catch(() => ({})),
    ]);
    return { past: { period, ...read, ...tariffs, told: usual, usual: bandOf(usual) } };
  });
}

/** Return the mean powers of a site's half-hours, W; of a day that is over also its highest. */
async function ofSite(card, power, period) {
  const { hass, site } = card;
  if (!power) return ofDay(hass, site, period).catch(() => ({ step: HALF_HOUR, values: [] }));
  const values = await halfHours(hass, site, SERIES[kindOf(card)], period);
  // A site of which no energy is counted may have a power all the same.
  return values ? { step: HALF_HOUR, values } : ofEntity(hass, power, period);
}

/** Return the half-hours of a day that is over, what was told as a day apart. */
async function ofDay(hass, { id, statistics: { bought } }, period) {
  const [{ step, told, values }, energies] = await Promise.all([
    valuesOf(hass, bought ? [bought] : [], period),
    hass.callWS(askedOf("sen1/energies", id, period, "day")),
  ]);
  const fine = values[bought].map((one, i) => (told[bought].ofDays[i] ? NaN : 1000 * one));
  return { step, values: fine, peaks: peaksOf(energies) };
}

/** Return the mean powers that the recorder has of an entity, W. */
async function ofEntity(hass, power, period) {
  const { values } = await valuesOf(hass, [power], period, "five_minutes").catch(() => ({}));
  return { step: STEP, values: inWatts(values?.[power] ?? []) };
}

/**
 * Return when it is off-peak today, as the recorder kept it, and until when the period in force lasts:
 * what each day has at the same hours is known from the day before.
 */
async function periodsOf({ hass, here, formats }, entity, { begin, end }) {
  const time = Date.now();
  const dayBefore = startOfDay(begin, formats.zone, -1);
  const { [entity]: states = [] } = await hass.callWS({
    type: "history/history_during_period",
    start_time: dayBefore.toISOString(),
    end_time: new Date(time).toISOString(),
    entity_ids: [entity],
    minimal_response: true,
    no_attributes: true,
  });
  const spans = states.map(({ s, lu }, i) => ({
    state: s,
    begin: Math.max(dayBefore, lu * 1000),
    end: states[i + 1] ? states[i + 1].lu * 1000 : time,
  }));
  const ofContract = having(here, "energy_of_tariff_year").map(
    ({ entity_id }) => hass.states[entity_id]?.attributes.tariff,
  );
  const isDaily = ofContract.length > 1 && ofContract.every((one) => DAILY.test(one));
  const ahead = begin - dayBefore;
  const like = spans
    .map((one) => ({ ...one, begin: Math.max(time, one.begin + ahead), end: one.end + ahead }))
    .filter((one) => isDaily && one.end > time && one.begin < end);
  const isSame = like[0]?.begin === time && like[0].state === spans.at(-1).state;
  const bands = [...spans, ...(isSame ? like : [])]
    .map((one) => ({ ...one, begin: Math.max(begin, one.begin), end: Math.min(end, one.end) }))
    .filter((one) => one.state.startsWith("off_peak") && one.end > one.begin);
  return { bands, until: isSame && like[0].end < time + ahead ? like[0].end : undefined };
}

/** Return a day beside what is usual on such days, or nothing where nobody can tell. */
const usualOf = (hass, site, asked = {}) =>
  hass.callWS({ type: "sen1/usual", site: site.id, ...asked }).catch(() => ({}));

/** Return the band of a day, W; undefined while too few days tell of it. */
function bandOf({ low, high }) {
  if (!low?.some((one) => one !== null)) return undefined;
  const [lower, upper] = [low, high].map((all) => Float64Array.from(all, (one) => one ?? NaN));
  return { low: lower, high: upper, step: QUARTER };
}

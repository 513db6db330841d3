/** Whether all that is watched answers: what is wrong stands first, what is well is one line that unfolds. */

import { button } from "../card.js";
import { h, haIcon, listOf, note } from "../dom.js";
import { FAULTS, first, friends, having, nameOf, powerOf } from "../installation.js";
import { siteOf } from "../sites.js";
import { dayOf } from "./figures.js";
import { wattsOf } from "./now.js";

/** What a friend decided is no fault, nor what was granted just now. */
const NO_FAULT = ["paused", "ended", "withdrawn", "waiting", "key_changed"];
/** So many friends have a line each; more are one line together. */
const NAMED = 4;

/** Return what is watched; what friends send is the whole household's: it is watched where the main site is. */
export const watchedOf = ({ hass, here, sites, site, may }) => [
  ...having(here, ...FAULTS, "inverter_problem"),
  ...(site === siteOf(sites) && may("friends") ? having(hass, "series_status") : []),
];

/** Return each thing that is watched and how it is; what is paused or waits is left out. */
export function sourcesOf(card) {
  const { hass, text } = card;
  return watchedOf(card)
    .map((row) => ({ row, state: hass.states[row.entity_id] }))
    .filter(({ state }) => state && !NO_FAULT.includes(state.state))
    .map(({ row, state }) => {
      const { translation_key: key, device_id } = row;
      const device = nameOf(hass.devices[device_id]);
      const isSeries = key === "series_status";
      const isWrong = state.state !== (isSeries ? "receiving" : "off");
      const what = isSeries
        ? `${hass.formatEntityState(state)} (${state.attributes.friendly_name})`
        : text[isWrong ? "wrong" : "well"][key];
      const name = text.home.watched[key] ?? device;
      return { row, key, device, name, what, isWrong, since: new Date(state.last_changed) };
    });
}

/** Return a row for each thing that is wrong: what, since when, and the way to it. */
export const alerts = (card, sources) =>
  sources
    .filter(({ isWrong }) => isWrong)
    .map(({ row, name, what, since }) => {
      const { see } = card.text;
      const show = () => card.showMore(row.entity_id);
      const action = button(see, undefined, show, { "aria-label": `${see} ${name}` });
      return card.alert("error", name, `${what} (${card.formats.ago(since)})`, action);
    });

/** Return the line at the foot, and under it what is watched and what costs contain; a silent power is not well. */
export function foot(card, sources) {
  const words = card.text.home;
  const well = sources.filter(({ isWrong }) => !isWrong);
  const costs = costsOf(card);
  if (!sources.length && !costs.length) return false;
  const isWell = well.length === sources.length;
  const power = powerOf(card.here, card.site);
  const isTold = sources.length > 0 && !(isWell && power && wattsOf(card, power) === undefined);
  const devices = new Set(well.map(({ row }) => row.device_id)).size;
  const said = isWell ? words.all_answer(devices) : words.sources_well(well.length, sources.length);
  return h(
    "details.foot",
    {
      open: card.isUnfolded ?? card.config.part === "watch",
      ontoggle: ({ target }) => {
        card.isUnfolded = target.open;
      },
    },
    h(
      "summary",
      isTold && h("span", isWell && haIcon("mdi:check-circle", { class: "good" }), said),
      costs.length > 0 && h("span", words.costs_are),
      haIcon("mdi:chevron-down"),
    ),
    listOf("list", together(card, well), ([name, what]) =>
      card.listItem("mdi:check-circle", "good", name, what),
    ),
    costs,
  );
}

/** Return one line for all inverters, one for each friend while they are few, and collection. */
function together({ hass, text }, sources) {
  const words = text.home;
  const of = (what) => sources.filter(({ key }) => key === what);
  const known = new Set(friends(hass).map(({ id }) => id));
  const isFriend = ({ row }) => known.has(row.device_id);
  const parted = (all) => [...Map.groupBy(all, ({ device }) => device)];
  const series = of("series_status");
  const theirs = series.filter(isFriend);
  const each = parted(theirs);
  const few = each.length > NAMED ? [[words.friends(each.length), theirs]] : each;
  const received = [...few, ...parted(series.filter((one) => !isFriend(one)))];
  const inverters = of("inverter_problem").length;
  const work = text.well[inverters > 1 ? "inverters" : "inverter_problem"];
  return [
    ...FAULTS.flatMap(of).map(({ name, what }) => [name, what]),
    ...(inverters ? [[words.inverters(inverters), work]] : []),
    ...received.map(([name, all]) => [name, text.series_received(all.length)]),
  ];
}

/** Return what the costs of each period contain besides the energy. */
function costsOf(card) {
  const { here, text, formats } = card;
  return [dayOf(here), "month", "year"].flatMap((figures) => {
    const { state, attributes } = card.state(first(here, `cost_${figures}`)) ?? {};
    if (attributes?.energy_cost === undefined) return [];
    const [rest, all] = [attributes.subscription, state].map((one) => formats.money(Number(one)));
    return note(text.home.with_subscription(text[`this_${figures}`], rest, all));
  });
}

/** Whether all that is watched answers: what is wrong stands first, what is well is one line that unfolds. */

import { button } from "../card.js";
import { h, haIcon, named, note } from "../dom.js";
import { FAULTS, first, friends, having, nameOf } from "../installation.js";
import { siteOf } from "../sites.js";
import { dayOf } from "./figures.js";

/** What a friend decided is no fault, nor what was granted just now. */
const NO_FAULT = ["paused", "ended", "withdrawn", "waiting", "key_changed"];
/** So many friends have a line each; more are one line together. */
const NAMED = 4;

/** Return what is watched; what friends send is the whole household's: it is watched where the main site is. */
export const watchedOf = (card) => {
  const { hass, here, sites, site } = card;
  const isMain = site === siteOf(sites);
  return [
    ...having(here, ...FAULTS, "inverter_problem"),
    ...(isMain && card.may("friends") ? having(hass, "series_status") : []),
  ];
};

/** Return each thing that is watched and how it is; what is paused or waits is left out. */
export const sourcesOf = (card) =>
  watchedOf(card)
    .map((row) => source(card, row))
    .filter(Boolean);

function source({ hass, text }, row) {
  const state = hass.states[row.entity_id];
  if (!state) return undefined;
  const words = text.home;
  const key = row.translation_key;
  const device = nameOf(hass.devices[row.device_id]);
  const since = new Date(state.last_changed);
  if (key === "series_status") {
    if (NO_FAULT.includes(state.state)) return undefined;
    const what = `${hass.formatEntityState(state)} (${state.attributes.friendly_name})`;
    const isWrong = state.state !== "receiving";
    return { row, key, device, name: device, what, isWrong, since };
  }
  const isWrong = state.state !== "off";
  const name = key === "inverter_problem" ? device : words.watched[key];
  return { row, key, device, name, what: (isWrong ? text.wrong : text.well)[key], isWrong, since };
}

/** Return a row for each thing that is wrong: what, since when, and the way to it. */
export function alerts(card, sources) {
  const { text, formats } = card;
  return sources
    .filter(({ isWrong }) => isWrong)
    .map(({ row, name, what, since }) =>
      h(
        "div",
        { class: "alert error", role: "alert" },
        haIcon("mdi:alert"),
        named(name, what, ` (${formats.ago(since)})`),
        button(text.see, undefined, () => card.showMore(row.entity_id), {
          "aria-label": `${text.see} ${name}`,
        }),
      ),
    );
}

/** Return the line at the foot, and under it what is watched and what costs contain. */
export function foot(card, sources) {
  const { text } = card;
  const words = text.home;
  const well = sources.filter(({ isWrong }) => !isWrong);
  const costs = costsOf(card);
  if (!sources.length && !costs.length) return false;
  const isWell = well.length === sources.length;
  const devices = new Set(well.map(({ row }) => row.device_id)).size;
  const said = isWell ? words.all_answer(devices) : words.sources_well(well.length, sources.length);
  return h(
    "details",
    { class: "foot" },
    h(
      "summary",
      null,
      sources.length > 0 &&
        h("span", null, isWell && haIcon("mdi:check-circle", { class: "good" }), said),
      costs.length > 0 && h("span", null, words.costs_are),
      haIcon("mdi:chevron-down"),
    ),
    h(
      "ul",
      { class: "list" },
      together(card, well).map(({ name, what }) =>
        card.listItem("mdi:check-circle", "good", name, what),
      ),
    ),
    costs,
  );
}

/** Return one line for all inverters, one for each friend while they are few, and collection. */
function together({ hass, text }, sources) {
  const words = text.home;
  const inverters = sources.filter(({ key }) => key === "inverter_problem").length;
  const series = sources.filter(({ key }) => key === "series_status");
  const known = new Set(friends(hass).map(({ id }) => id));
  const parted = (isFriend) => [
    ...Map.groupBy(
      series.filter(({ row }) => known.has(row.device_id) === isFriend),
      ({ device }) => device,
    ),
  ];
  const ofFriends = parted(true);
  const all = [words.friends(ofFriends.length), ofFriends.flatMap(([, each]) => each)];
  const received = [...(ofFriends.length > NAMED ? [all] : ofFriends), ...parted(false)];
  return [
    ...sources.filter(({ key }) => FAULTS.includes(key)),
    inverters > 0 && {
      name: words.inverters(inverters),
      what: text.well[inverters > 1 ? "inverters" : "inverter_problem"],
    },
    ...received.map(([name, each]) => ({ name, what: text.series_received(each.length) })),
  ].filter(Boolean);
}

/** Return what the costs of each period contain besides the energy. */
const costsOf = (card) =>
  [dayOf(card.here), "month", "year"]
    .map((figures) => [figures, card.state(first(card.here, `cost_${figures}`))])
    .filter(([, state]) => state?.attributes.energy_cost !== undefined)
    .map(([figures, { state, attributes }]) => {
      const { text, formats } = card;
      const all = formats.money(parseFloat(state));
      return (
        attributes.subscription > 0 &&
        note(
          text.home.with_subscription(
            text[`this_${figures}`],
            formats.money(attributes.subscription),
            all,
          ),
        )
      );
    })
    .filter((one) => one !== undefined);

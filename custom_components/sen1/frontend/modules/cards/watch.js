/** Whether all that is watched answers: what is wrong first, each alone; what is well, together. */

import { Card } from "../card.js";
import { h } from "../dom.js";
import { FAULTS, friends, having, nameOf } from "../installation.js";
import { siteOf } from "../sites.js";

/** What a friend decided is no fault, nor what was granted just now. */
const NO_FAULT = ["paused", "ended", "withdrawn", "waiting", "key_changed"];
/** So many friends have a line each; more are one line together. */
const NAMED = 4;

export default class Watch extends Card {
  static isOfSite = true;
  static words = ["home"];

  /** What friends send is the whole household's: it is watched where the main site is. */
  get rows() {
    const { hass, here, sites, site } = this;
    const isMain = site === siteOf(sites);
    return [
      ...having(here, ...FAULTS, "inverter_problem"),
      ...(isMain && this.may("friends") ? having(hass, "series_status") : []),
    ];
  }

  watched() {
    return this.statesOf(this.rows);
  }

  content() {
    const { text } = this;
    const sources = this.rows.map((row) => this.source(row)).filter(Boolean);
    if (!sources.length) {
      return [this.head(text.watch), this.empty(text.nothing_watched, text.nothing_watched_next)];
    }
    const wrong = sources.filter((source) => source.isWrong);
    const well = sources.filter((source) => !source.isWrong);
    return [
      this.alert(
        wrong.length ? "error" : "good",
        wrong.length ? text.alerts(wrong.length) : text.all_well,
        text.sources_well(well.length, sources.length),
      ),
      h(
        "ul",
        { class: "list" },
        wrong.map(({ row, name, what }) =>
          this.listItem("mdi:alert", "bad", name, what, row.entity_id),
        ),
        this.together(well).map(({ name, what }) =>
          this.listItem("mdi:check-circle", "good", name, what),
        ),
      ),
    ];
  }

  source(row) {
    const state = this.hass.states[row.entity_id];
    if (!state) return undefined;
    const { text } = this;
    const key = row.translation_key;
    const device = nameOf(this.hass.devices[row.device_id]);
    if (key === "series_status") {
      const what = this.hass.formatEntityState(state);
      if (NO_FAULT.includes(state.state)) return undefined;
      return {
        row,
        key,
        device,
        name: device,
        what: `${what} (${state.attributes.friendly_name})`,
        isWrong: state.state !== "receiving",
      };
    }
    const isWrong = state.state !== "off";
    const name = key === "inverter_problem" ? device : text.watched[key];
    return { row, key, device, name, what: (isWrong ? text.wrong : text.well)[key], isWrong };
  }

  /** Return one line for all inverters, one for each friend while they are few, and collection. */
  together(sources) {
    const inverters = sources.filter(({ key }) => key === "inverter_problem").length;
    const series = sources.filter(({ key }) => key === "series_status");
    const known = new Set(friends(this.hass).map(({ id }) => id));
    const parted = (isFriend) => [
      ...Map.groupBy(
        series.filter(({ row }) => known.has(row.device_id) === isFriend),
        ({ device }) => device,
      ),
    ];
    const ofFriends = parted(true);
    const isMany = ofFriends.length > NAMED;
    const all = [this.text.friends(ofFriends.length), ofFriends.flatMap(([, each]) => each)];
    const received = [...(isMany ? [all] : ofFriends), ...parted(false)];
    return [
      ...sources.filter(({ key }) => FAULTS.includes(key)),
      ...(inverters
        ? [
            {
              name: this.text.inverters(inverters),
              what: this.text.well[inverters > 1 ? "inverters" : "inverter_problem"],
            },
          ]
        : []),
      ...received.map(([name, series]) => ({
        name,
        what: this.text.series_received(series.length),
      })),
    ];
  }
}

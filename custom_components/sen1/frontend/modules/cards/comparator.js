/** My power beside those of friends, of groups and of the contract, at the same moment. */

import { Card, choice } from "../card.js";
import { remember, remembered } from "../comparison/remembered.js";
import { h, note } from "../dom.js";
import { powerOf, subscribedPower, within } from "../installation.js";
import { ofFriends, ofGroups } from "../others.js";
import { isRoof } from "../sites.js";

const KEY = "sen1.comparator";

const SMALL = { class: "small" };
const MINUTE = 60_000;
/** What was said longer ago is told to be so. */
const OLD = 5 * MINUTE;
/** So many are compared at first. */
const AT_FIRST = 5;
const WATTS = { W: 1, VA: 1, kW: 1000, kVA: 1000, MW: 1e6 };
/** By what a power may be divided, and the unit it then has. */
const PER = { all: "W", floor_area: "W/m²", people: "W" };

export default class Comparator extends Card {
  static isOfSite = true;
  static words = ["year"];

  configure(config) {
    super.configure(config);
    this.kept ??= {};
  }

  watched() {
    return [
      this.hass.entities,
      this.hass.devices,
      ...this.offered().map(({ entity }) => this.hass.states[entity]),
    ];
  }

  /** Return whatever may be compared, each once: mine first. */
  offered() {
    const { hass, site, sites, text } = this;
    if (!site || !text) return [];
    const others = sites.filter((one) => one !== site && !isRoof(one));
    const ofSite = (one) => ({
      id: one === site ? "mine" : `site:${one.id}`,
      name: one.name,
      entity: powerOf(within(hass, sites, one), one),
      sheet: one,
      mine: one === site,
    });
    const friends = this.may("friends") ? ofFriends(hass) : [];
    const limit = subscribedPower(hass, this.here, site);
    return [
      ...[site, ...others].map(ofSite).filter(({ entity }) => entity),
      ...friends.flatMap(({ name, series }) => this.ofFriend(name, series)),
      ...ofGroups(hass).map(({ statistic, full }) => ({
        id: statistic,
        name: full,
        entity: statistic,
        isGroup: true,
      })),
      limit && { id: "subscribed", name: text.comparator.subscribed, watts: limit * 1000 },
    ].filter((one) => one && (!one.entity || this.unitOf(one.entity) in WATTS));
  }

  /** Return the powers of a friend, of whom one says enough with the friend's name. */
  ofFriend(friend, series) {
    const powers = series.filter(
      ({ kind, entity }) =>
        ["consumption", "bought"].includes(kind) && this.unitOf(entity) in WATTS,
    );
    return powers.map(({ entity, full, sheet }) => ({
      id: entity,
      name: powers.length > 1 ? full : friend,
      entity,
      sheet,
    }));
  }

  unitOf = (entity) => this.hass.states[entity]?.attributes.unit_of_measurement;

  /** Return what one is now, W: of a sum of homes what one of them uses in the mean. */
  watts({ entity, watts, isGroup }) {
    if (!entity) return watts;
    const value = this.value(entity) * WATTS[this.unitOf(entity)];
    const { operation, reporting } = this.hass.states[entity].attributes;
    return isGroup && operation === "sum" ? value / reporting : value;
  }

  content() {
    const { text, site, kept } = this;
    const words = text.comparator;
    this.recall();
    const offered = this.offered();
    if (!offered.some(({ mine }) => mine)) {
      return [this.head(words.title), this.empty(text.no_meter, text.no_meter_next)];
    }
    const others = offered.filter(({ mine }) => !mine);
    const head = this.head(words.title, site.name);
    if (!others.length) return [head, this.empty(words.nobody, words.nobody_next)];
    const by = kept.by in PER ? kept.by : "all";
    const chosen = kept.chosen ?? others.slice(0, AT_FIRST).map(({ id }) => id);
    const compared = offered.filter(({ id, mine }) => mine || chosen.includes(id));
    return [head, this.chips(others, chosen), this.ways(by), this.bars(compared, by)];
  }

  chips(others, chosen) {
    const toggle = (id) =>
      this.keep({
        chosen: chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id],
      });
    return choice(
      this.text.comparator.with_whom,
      others.map(({ id, name }) => [name, chosen.includes(id), () => toggle(id), SMALL]),
    );
  }

  ways(by) {
    const words = this.text.comparator;
    return choice(
      words.how,
      Object.keys(PER).map((way) => [
        words.ways[way],
        way === by,
        () => this.keep({ by: way }),
        SMALL,
      ]),
    );
  }

  bars(compared, by) {
    const { text } = this;
    const words = text.comparator;
    const rows = compared.map((one) => {
      const size = by === "all" ? 1 : one.sheet?.[by];
      return { ...one, value: size > 0 ? this.watts(one) / size : undefined, size };
    });
    const sized = rows.filter(({ size }) => size > 0);
    // A group, or a contract, has no size that anybody would look for.
    const isUnsized = ({ entity, isGroup, size }) => entity && !isGroup && !(size > 0);
    const unsized = rows.filter(isUnsized).map(({ name }) => name);
    const known = sized.filter(({ value }) => Number.isFinite(value));
    const silent = sized.filter(({ value }) => !Number.isFinite(value)).map(({ name }) => name);
    const most = Math.max(...known.map(({ value }) => value), 1e-9);
    known.sort((one, other) => other.value - one.value);
    return [
      h(
        "ol",
        { class: "ranks" },
        known.map((one) => this.bar(one, most, by)),
      ),
      silent.length > 0 && note(words.silent(silent.join(words.comma))),
      unsized.length > 0 && note(words.unsized[by](unsized.join(words.comma))),
    ];
  }

  bar({ id, name, entity, value, mine, isGroup }, most, by) {
    const { text, formats, hass } = this;
    const words = text.comparator;
    const { last_updated: at, attributes } = hass.states[entity] ?? {};
    const isOld = at && Date.now() - Date.parse(at) > OLD;
    const homes = isGroup && words.homes[attributes.operation]?.(attributes.reporting);
    const said = [homes, isOld && formats.ago(Date.parse(at))].filter(Boolean).join(" · ");
    return h(
      "li",
      { class: mine ? "mine" : "", style: "grid-template-columns: minmax(90px, 32%) 1fr 6.5em" },
      h(
        "span",
        { class: "name" },
        mine ? text.ranking.me : name,
        said && h("span", { class: "under", style: "display: block; font-weight: 400" }, said),
      ),
      h(
        "span",
        { class: "track", "aria-hidden": "true" },
        h("span", {
          class: "bar-of",
          style: `width: ${Math.max(0, (100 * value) / most)}%${id === "subscribed" ? "; opacity: 0.5" : ""}`,
        }),
      ),
      h("span", { class: "amount" }, formats.quantity(value, PER[by], by === "floor_area" ? 1 : 0)),
    );
  }

  /** Take what this person chose last, once. */
  async recall() {
    if (this.isRecalled || !this.hass.connected) return;
    this.isRecalled = true;
    const kept = await remembered(this.hass, KEY);
    this.kept = { ...kept, ...this.kept };
    this.redraw();
  }

  keep(change) {
    this.kept = { ...this.kept, ...change };
    remember(this.hass, this.kept, KEY);
    this.redraw();
  }
}

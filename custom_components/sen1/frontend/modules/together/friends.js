/** Friends in one line each: what they give, their freshest figure, and where a gesture is wanted. */

import { PRESETS } from "../calendar.js";
import { button, WordedPart } from "../card.js";
import { h, haIcon, listOf, subline } from "../dom.js";
import { BY_AREA } from "../energy_class.js";
import { valuesOf } from "../fetched.js";
import { searchField } from "../fields.js";
import { ENERGY, ENERGY_DIGITS, WATTS } from "../formats.js";
import { calledOf, friends, nameOf, ours } from "../installation.js";
import { isWaiting } from "../next.js";
import { friendIdOf, ofFriends } from "../others.js";
import { hasAll } from "../seeking.js";

/** From so many on they can be sought by name; on a phone so many are shown first. */
const SEARCHED = 11;
const SHOWN_FIRST = 5;
/** Of what a friend gives, so much is named. */
const NAMED = 2;
/** What was said longer ago is not of this moment, ms. */
const OLD = 300_000;

/** A power now goes first, then a day, then a year. */
const ORDER = ["power", "day", "area", undefined];

export class Friends extends WordedPart {
  query = "";
  isWhole = false;

  /** Return all friends: those whose measures came, then those who give nothing yet. */
  get all() {
    const { card } = this;
    const devices = friends(card.hass);
    const given = new Map(ofFriends(card.hass, card.text).map((group) => [group.key, group]));
    const known = devices.map((device) => this.one(device, given.get(device.id)));
    const waited = (card.turn.next.rows ?? []).filter(isWaiting).map(({ friend_id: id }) => id);
    const told = new Set([...known.map(({ id }) => id), ...waited]);
    const silent = [...card.keys.friends.values()]
      .filter(({ friend_id: id, members }) => !told.has(id) && !Number.isInteger(members))
      .map(({ friend_id: id, friend: name }) => ({ id, name, readings: [], statuses: [] }));
    return [...known, ...silent];
  }

  find = (id) => this.all.find((one) => one.id === id);

  one(device, { series, statuses }) {
    const { card } = this;
    const { hass } = card;
    const rows = ours(hass).filter(({ device_id: id }) => id === device.id);
    const statesOf = (meaning) =>
      card.statesOf(rows.filter((row) => (row.translation_key ?? "") === meaning)).filter(Boolean);
    const powers = series.filter(({ entity, unit }) => unit in WATTS && card.state(entity));
    const watts = ({ entity, unit }) => card.value(entity) * WATTS[unit];
    // Of a roof that both uses and gives, what there is more of says what it does.
    const [power] = powers.toSorted((a, b) => watts(b) - watts(a));
    const readings = statesOf("");
    const ofUnit = ({ attributes }) => attributes.unit_of_measurement === BY_AREA;
    const energies = series.filter(({ unit, statistic }) => ENERGY.test(unit) && statistic);
    return {
      id: friendIdOf(device),
      name: nameOf(device),
      device: device.id,
      readings,
      statuses,
      roofs: statesOf("project").map(({ attributes }) => attributes.building),
      power: power && { watts: watts(power), at: hass.states[power.entity].last_updated },
      energy: energies.find(({ kind }) => kind !== "sold"),
      area: parseFloat(readings.find(ofUnit)?.state),
    };
  }

  content() {
    const { card, words, all } = this;
    if (!all.length) {
      return h("ha-card", card.empty(words.no_friends, words.no_friends_next));
    }
    this.fetchDays(all);
    const told = all.map((one) => ({ ...one, figure: this.figureOf(one), mark: this.markOf(one) }));
    const place = ({ figure }) => ORDER.indexOf(figure?.kind);
    told.sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
    const isFound = hasAll(this.query);
    const found = told.filter(({ name }) => isFound(name));
    const isFolded = matchMedia("(width < 600px)").matches && !this.isWhole && !this.query;
    const shown = isFolded ? found.filter(({ mark }, i) => mark || i < SHOWN_FIRST) : found;
    const unfold = () => this.set({ isWhole: true });
    return h(
      "ha-card",
      h(
        "div.figures",
        h("h2", words.friends, h("small", ` ${all.length}`)),
        all.length >= SEARCHED &&
          searchField(words.search, this.query, (query) => this.set({ query })),
      ),
      listOf("friends", shown, (one) => h("li", this.line(one))),
      !found.length && subline(words.none_found),
      shown.length < found.length &&
        button(words.others(found.length - shown.length), undefined, unfold, { class: "text" }),
    );
  }

  line({ id, name, figure, mark, ...one }) {
    return this.card.toFriend(
      id,
      { class: "line" },
      h("span.round", { "aria-hidden": "true" }, name.slice(0, 1).toUpperCase()),
      h(
        "span.grow",
        h("span", name),
        mark
          ? h("span", { class: `under ${mark.look}` }, haIcon(mark.icon), mark.said)
          : h("span.under", this.given({ name, ...one }, figure)),
      ),
      h("span.amount", h("span", figure?.said ?? "–"), h("span.under", figure?.under)),
      haIcon("mdi:chevron-right"),
    );
  }

  /** Return what a friend gives, in a few words. */
  given({ area, roofs, readings, name }, figure) {
    const { words, card } = this;
    const known = roofs?.filter(Boolean) ?? [];
    if (known.length) return known.join(", ");
    if (figure?.kind !== "area" && Number.isFinite(area)) {
      return words.by_area(card.formats.number(area));
    }
    if (!readings.length) return words.sends_nothing;
    const names = readings.map(({ attributes }) => calledOf(card.text, attributes, name).name);
    const more = names.length - NAMED;
    return `${names.slice(0, NAMED).join(", ")}${more > 0 ? ` ${words.and_more(more)}` : ""}`;
  }

  figureOf({ power, energy, area }) {
    const { formats, text, days, words } = this.card;
    if (power) {
      const age = Date.now() - Date.parse(power.at);
      const under = age < OLD ? words.right_now : formats.ago(Date.parse(power.at));
      return { kind: "power", said: formats.quantity(power.watts, "W"), under };
    }
    const day = days?.[energy?.statistic];
    if (Number.isFinite(day)) {
      const under = text.next_steps.yesterday;
      return { kind: "day", said: formats.quantity(day, "kWh", ENERGY_DIGITS), under };
    }
    if (!Number.isFinite(area)) return undefined;
    return { kind: "area", said: formats.quantity(area, "kWh"), under: words.per_area };
  }

  /** Return what a friend wants a gesture for, or undefined. */
  markOf({ id, statuses }) {
    const { words } = this;
    const { standing, fingerprint } = this.card.keys.friendOf(id) ?? {};
    if (standing === "stopped") return { icon: "mdi:alert", look: "bad", said: words.key_changed };
    const silent = statuses.filter(({ state }) => ["silent", "source_unavailable"].includes(state));
    if (silent.length > 0 && silent.length === statuses.length) {
      const since = Math.max(...silent.map(({ last_changed: at }) => Date.parse(at)));
      const day = this.card.formats.weekDay(since);
      return { icon: "mdi:clock-alert-outline", look: "wanted", said: words.silent_since(day) };
    }
    const wanted = standing === "seen" && fingerprint;
    return wanted && { icon: "mdi:shield-outline", look: "wanted", said: words.six_numbers };
  }

  /** Read what those used or made yesterday who tell no power. */
  fetchDays(all) {
    const { hass, formats } = this.card;
    const ids = all
      .filter(({ power, energy }) => !power && energy)
      .map(({ energy }) => energy.statistic);
    if (!ids.length) return;
    const day = PRESETS.yesterday(Date.now(), formats.zone);
    const read = async (id) => {
      const { values } = await valuesOf(hass, [id], day, "hour");
      // A day of which an hour is missing is not said.
      return [id, values[id].reduce((sum, value) => sum + value, 0)];
    };
    this.card.fetchOnce([ids, day.begin], async () => ({
      days: Object.fromEntries(await Promise.all(ids.map(read)).catch(() => [])),
    }));
  }
}

/** Who one exchanges with, and what comes from each. */

import { button, Card, PAGE, row } from "../card.js";
import { chips, h, haIcon, subline } from "../dom.js";
import { BY_AREA, classOf } from "../energy_class.js";
import { friends, having, nameOf, ours } from "../installation.js";
import { Next, tell } from "../next.js";
import { pageBeside } from "../sharing/address.js";
import { Known } from "../sharing/known.js";
import { foldOf, WIDE } from "../sharing/lists.js";
import { legendOf, markOf } from "../sharing/marks.js";
import { sheet } from "../sharing/style.js";
import { Wishes } from "../sharing/wishes.js";
import { isWaiting } from "../waiting.js";

/** Of what friends send, so much is named; the rest is counted. Where it is all, it is shown. */
const NAMED = 4;
/** So few friends are shown whole on a phone; of more, each unfolds. */
const WHOLE = 6;
/** Units of a power, which a folded friend still tells. */
const POWERS = ["W", "kW", "VA", "kVA"];

/** Return the status of a reading, which has the same name and a word more. */
const statusOf = ({ attributes: { friendly_name: name } }, statuses) =>
  statuses
    .filter(({ attributes }) => attributes.friendly_name?.startsWith(`${name} `))
    .toSorted((a, b) => a.attributes.friendly_name.length - b.attributes.friendly_name.length)[0];

export default class Friends extends Card {
  static tag = "div";
  static isSized = true;
  static readsEach = 15_000;
  static words = ["friends", "next", "sharing", "trust"];
  static sheets = [sheet];

  constructor(host) {
    super(host);
    this.keys = new Known(this);
    this.next = new Next(this);
    this.wishes = new Wishes(this);
    this.shown = [];
    this.open = new Set();
    this.isFolded = false;
  }

  watched() {
    return [
      this.hass.entities,
      this.hass.devices,
      ...this.statesOf(having(this.hass, "series_status")),
      ...this.shown.map((id) => this.hass.states[id]),
    ];
  }

  content() {
    const { text } = this;
    if (!this.may("friends")) {
      return [h("ha-card", null, this.locked(text))];
    }
    this.shown = [];
    const devices = friends(this.hass);
    const silent = this.silent(devices);
    this.isFolded = this.width < WIDE && devices.length + silent.length > WHOLE;
    const cards = [
      ...devices.map((device) => this.friend(device)),
      ...silent.map((key) => this.silentOne(key)),
    ];
    const invite = this.leadTo("invite", text.invite_family);
    const standings = [...this.keys.friends.values()].map(({ standing }) => standing);
    const waiting = this.waiting();
    const isEmpty = !cards.length && !waiting;
    return [
      this.wishes.content(),
      waiting,
      h(
        "div",
        { class: "title friends" },
        haIcon("mdi:account-multiple"),
        h("h2", { tabindex: "-1" }, text.views.friends),
        h(
          "p",
          { class: "chips" },
          !isEmpty && invite,
          this.leadTo("participate", text.received_invitation, false),
          this.adder(PAGE, text.add_friend, !invite),
        ),
      ),
      isEmpty
        ? h("ha-card", null, this.empty(text.no_friends, text.no_friends_next, invite))
        : h("div", { class: this.isFolded ? "columns auto few" : "columns auto" }, cards),
      legendOf(text.trust, standings),
    ];
  }

  /** Return who is waited for, and since when. */
  waiting() {
    const waiting = (this.next.rows ?? []).filter(isWaiting);
    if (!waiting.length) return false;
    const tiles = waiting.map((row) => {
      const told = tell(row, this.text, this.formats);
      // It is here that others lead to.
      return this.tile({ ...told, path: told.path === "friends" ? undefined : told.path });
    });
    return [
      this.title("mdi:timer-sand", this.text.next_steps.waiting),
      h("div", { class: "columns auto waiting" }, tiles),
    ];
  }

  /** Return the way to a page beside this one, where the dashboard has it. */
  leadTo(page, words, isStrong = true) {
    const path = this.config[page];
    return path && this.adder(pageBeside(path), words, isStrong);
  }

  read() {
    this.keys.read();
    this.next.read();
    this.wishes.read();
  }

  /** Return the id of a friend, which its device bears. */
  idOf = ({ identifiers }) => identifiers?.find(([domain]) => domain === "sen1")?.[1];

  /** Return what is known of a friend's key. */
  keyOf = (device) => this.keys.friendOf(this.idOf(device));

  /** Return since when somebody is a friend and sends readings, in one line, or false. */
  since(device) {
    const words = this.text.next_steps;
    const options = { day: "numeric", month: "short", year: "numeric" };
    const [since, first] = ["friend", "first_reading"].map((step) => {
      const at = this.next.doneAt(step, this.idOf(device));
      return at && this.formats.date(new Date(at), options);
    });
    const told =
      since && since === first
        ? [words.friend_sending_since(since)]
        : [since && words.friend_since(since), first && words.sending_since(first)].filter(Boolean);
    return told.length > 0 && h("p", { class: "note" }, told.join(" · "));
  }

  /** Say of a friend whose key has changed why nothing comes, and what to do. */
  stopped(friend) {
    const words = this.text.trust;
    const answer = () =>
      this.attempt(async () => {
        const { answerFor } = await import("../sharing/changed.js");
        const { accounts } = this.keys;
        await answerFor(this, friend, { accounts }, () => this.keys.read());
      });
    const act = button(this.text.answer, undefined, answer, {
      class: "small",
      "aria-label": `${this.text.answer}${this.text.colon}${friend.friend}`,
    });
    return this.alert("error", words.changed_of(friend.friend), words.stopped, act);
  }

  friend(device) {
    const { text, formats } = this;
    const key = this.keyOf(device);
    const name = nameOf(device);
    const rows = ours(this.hass).filter(({ device_id }) => device_id === device.id);
    const statesOf = (isWanted) =>
      this.statesOf(rows.filter((row) => isWanted(row.translation_key))).filter(Boolean);
    const readings = statesOf((meaning) => !meaning);
    const statuses = statesOf((meaning) => meaning === "series_status");
    const silent = statuses.filter(({ state }) => ["silent", "source_unavailable"].includes(state));
    const newest = Math.max(...readings.map(({ last_updated }) => Date.parse(last_updated)));
    const project = rows.find(({ translation_key }) => translation_key === "project");
    const commune = this.hass.states[project?.entity_id]?.attributes.commune;
    const byArea = parseFloat(
      readings.find(({ attributes }) => attributes.unit_of_measurement === BY_AREA)?.state,
    );
    const isClassed = Number.isFinite(byArea);
    const use = formats.quantity(byArea, text.energy_class.unit);
    const receiving = statuses.filter(({ state }) => state === "receiving");
    const isOpen = this.isOpen(device.id);
    const powers = readings.filter(({ attributes }) =>
      POWERS.includes(attributes.unit_of_measurement),
    );
    const power = !isOpen && powers.length === 1 && powers[0];
    if (power) this.shown.push(power.entity_id);
    const under = [
      isClassed && `${text.class_of(classOf(byArea))}, ${use}`,
      this.countOf(receiving.length, readings.length, power, statuses),
      isOpen && commune,
      isOpen && Number.isFinite(newest) && formats.ago(newest),
    ];
    return h(
      "ha-card",
      null,
      this.headOf(
        device.id,
        isClassed ? classOf(byArea) : undefined,
        name,
        key?.standing,
        under.filter(Boolean).join(" · "),
      ),
      key?.standing === "stopped" && this.stopped(key),
      silent.length > 0 && this.alert("warning", text.silent(silent.length)),
      isOpen && [
        readings.length > 0 && h("div", { class: "rows" }, this.received(readings, statuses, name)),
        this.since(device),
        chips(
          key && this.shareWith(key),
          this.link(`/config/devices/device/${device.id}`, text.details),
        ),
      ],
    );
  }

  /** Return how many series are received, or, of a friend who is folded, its power. */
  countOf(receiving, all, power, statuses) {
    const { text } = this;
    if (power) return this.said(power, statuses);
    return receiving < all
      ? text.series_received_of(receiving, all)
      : text.series_received(receiving);
  }

  /** Return what a reading says now, or how it is where it says nothing. */
  said(reading, statuses) {
    const hasValue = !["unknown", "unavailable"].includes(reading.state);
    const told = hasValue ? reading : statusOf(reading, statuses);
    return told ? this.hass.formatEntityState(told) : "–";
  }

  isOpen = (id) => !this.isFolded || this.open.has(id);

  /** Return the head of a friend's card, which unfolds the rest of it where there are many. */
  headOf(id, letter, name, standing, under) {
    const toggle = () => {
      if (!this.open.delete(id)) this.open.add(id);
      this.redraw();
    };
    return h(
      "header",
      null,
      h(
        "span",
        { class: "round", "aria-hidden": "true" },
        letter ?? name.slice(0, 1).toUpperCase(),
      ),
      h(
        "div",
        { class: "grow" },
        h(
          "h2",
          null,
          this.isFolded ? foldOf(this.isOpen(id), toggle, name) : name,
          markOf(this.text.trust, standing),
        ),
        subline(under),
      ),
    );
  }

  /** Return what a friend sends: what each says last, or, of many, how the first are called. */
  received(readings, statuses, friend) {
    const { text } = this;
    const nameOfOne = ({ attributes }) => attributes.friendly_name?.replace(friend, "").trim();
    if (readings.length > NAMED) {
      const named = readings.slice(0, NAMED).map(nameOfOne).join(", ");
      return row(text.i_receive, `${named} ${text.and_more(readings.length - NAMED)}`);
    }
    this.shown.push(...readings.map(({ entity_id: id }) => id));
    return readings.map((one) => row(nameOfOne(one), this.said(one, statuses)));
  }

  /** Return friends who have sent nothing yet, and so have no device; others are waited for. */
  silent(devices) {
    const waitedFor = (this.next.rows ?? []).filter(isWaiting).map(({ friend_id: id }) => id);
    const told = new Set([...devices.map(this.idOf), ...waitedFor]);
    return [...this.keys.friends.values()].filter(
      ({ friend_id: id, members }) => !told.has(id) && !Number.isInteger(members),
    );
  }

  silentOne(key) {
    const { friend_id: id, friend, standing } = key;
    return h(
      "ha-card",
      null,
      this.headOf(id, undefined, friend, standing, this.text.sends_nothing),
      this.isOpen(id) && chips(this.shareWith(key)),
    );
  }

  /** Return the button that shares with a friend, of those who can be sent anything. */
  shareWith({ friend, friend_id: friendId, members }) {
    if (Number.isInteger(members)) return false;
    const label = this.text.sharing.share_home;
    const open = () =>
      this.attempt(async () => {
        const { share } = await import("../sharing/share.js");
        await share(this, { friendId }, () => this.read());
      });
    return button(label, "mdi:share-variant", open, {
      class: "small",
      "aria-label": `${label}${this.text.colon}${friend}`,
      disabled: !this.hass.connected,
    });
  }
}

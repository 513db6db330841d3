/** Who one exchanges with, and what comes from each. */

import { button, Card, PAGE, row } from "../card.js";
import { h } from "../dom.js";
import { BY_AREA, classOf } from "../energy_class.js";
import { friends, having, nameOf, ours } from "../installation.js";
import { isWaiting, Next, tell } from "../next.js";
import { Known } from "../sharing/known.js";
import { legendOf, markOf } from "../sharing/marks.js";
import { sheet } from "../sharing/style.js";
import { Wishes } from "../sharing/wishes.js";

/** Of what friends send, so much is named; the rest is counted. Where it is all, it is shown. */
const NAMED = 4;
/** How often the keys are read again while somebody looks, ms. */
const AGAIN_MS = 15_000;

/** Return the status of a reading, which has the same name and a word more. */
const statusOf = ({ attributes: { friendly_name: name } }, statuses) =>
  statuses
    .filter(({ attributes }) => attributes.friendly_name?.startsWith(`${name} `))
    .toSorted((a, b) => a.attributes.friendly_name.length - b.attributes.friendly_name.length)[0];

export default class Friends extends Card {
  static tag = "div";
  static words = "trust";
  static sheets = [sheet];

  constructor(host) {
    super(host);
    this.keys = new Known(this);
    this.next = new Next(this);
    this.wishes = new Wishes(this);
    this.isRead = false;
    this.shown = [];
  }

  connect() {
    super.connect();
    this.again ??= setInterval(() => this.readAll(), AGAIN_MS);
    this.readOnce();
  }

  disconnect() {
    super.disconnect();
    clearInterval(this.again);
    this.again = undefined;
    this.isRead = false;
  }

  watched() {
    this.readOnce();
    return [
      this.hass.entities,
      this.hass.devices,
      ...this.statesOf(having(this.hass, "series_status")),
      ...this.shown.map((id) => this.hass.states[id]),
    ];
  }

  content() {
    const { text } = this;
    if (!this.hass.user.is_admin) {
      return [h("ha-card", null, this.locked(text.not_yours, text.not_yours_next))];
    }
    this.shown = [];
    const devices = friends(this.hass);
    const cards = [...devices.map((device) => this.friend(device)), ...this.silent(devices)];
    const invite = this.invitation();
    const standings = [...this.keys.friends.values()].map(({ standing }) => standing);
    const waiting = this.waiting();
    const isEmpty = !cards.length && !waiting;
    return [
      this.wishes.content(),
      waiting,
      isEmpty
        ? h("ha-card", null, this.empty(text.no_friends, text.no_friends_next, invite))
        : h("div", { class: "columns auto" }, cards),
      legendOf(text.trust, standings),
      h(
        "p",
        { class: "above chips" },
        !isEmpty && invite,
        this.adder(PAGE, text.add_friend, !invite),
      ),
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

  /** Return the way to the page on which a family is invited, where the dashboard has one. */
  invitation() {
    const { invite } = this.config;
    return (
      invite && this.adder(location.pathname.replace(/[^/]*$/, invite), this.text.invite_family)
    );
  }

  /** Read the keys as soon as there is somebody who looks. */
  readOnce() {
    if (this.isRead || !this.hass || !this.isShown) return;
    this.isRead = true;
    this.readAll();
  }

  readAll() {
    this.keys.read();
    this.next.read();
    this.wishes.read();
  }

  /** Return the id of a friend, which its device bears. */
  idOf = ({ identifiers }) => identifiers?.find(([domain]) => domain === "sen1")?.[1];

  /** Return what is known of a friend's key. */
  keyOf = (device) => this.keys.friendOf(this.idOf(device));

  /** Return a row of when something was done with a friend, if it is known. */
  since(name, step, device) {
    const at = this.next.doneAt(step, this.idOf(device));
    const options = { day: "numeric", month: "long", year: "numeric" };
    return at && row(name, this.formats.date(new Date(at), options));
  }

  /** Say of a friend whose key has changed why nothing comes, and what to do. */
  stopped(friend) {
    const words = this.text.trust;
    const answer = async () => {
      const { answerFor } = await import("../sharing/changed.js");
      const { accounts } = this.keys;
      await answerFor(this, friend, { accounts }, () => this.keys.read());
    };
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
    return h(
      "ha-card",
      null,
      h(
        "header",
        null,
        h(
          "span",
          { class: "round", "aria-hidden": "true" },
          isClassed ? classOf(byArea) : name.slice(0, 1).toUpperCase(),
        ),
        h(
          "div",
          { class: "grow" },
          h("h2", null, name, markOf(text.trust, key?.standing)),
          h(
            "p",
            { class: "under" },
            isClassed && `${text.class_of(classOf(byArea))}, ${use} · `,
            receiving.length < readings.length
              ? text.series_received_of(receiving.length, readings.length)
              : text.series_received(receiving.length),
          ),
        ),
      ),
      key?.standing === "stopped" && this.stopped(key),
      silent.length > 0 && this.alert("warning", text.silent(silent.length)),
      h(
        "div",
        { class: "rows" },
        commune && row(text.sheet.commune, commune),
        this.since(text.next_steps.friend_since, "friend", device),
        this.since(text.next_steps.first_came, "first_reading", device),
        this.received(readings, statuses, name),
        row(text.last_received, Number.isFinite(newest) ? formats.ago(newest) : "–"),
      ),
      h(
        "div",
        { class: "chips" },
        key && this.shareWith(key),
        this.link(`/config/devices/device/${device.id}`, text.details),
      ),
    );
  }

  /** Return what a friend sends: what each says last, or, of many, how the first are called. */
  received(readings, statuses, friend) {
    const { text } = this;
    const nameOfOne = ({ attributes }) => attributes.friendly_name?.replace(friend, "").trim();
    if (!readings.length) return row(text.i_receive, text.nothing);
    if (readings.length > NAMED) {
      const named = readings.slice(0, NAMED).map(nameOfOne).join(", ");
      return row(text.i_receive, `${named} ${text.and_more(readings.length - NAMED)}`);
    }
    this.shown.push(...readings.map(({ entity_id: id }) => id));
    return readings.map((one) => {
      const hasValue = !["unknown", "unavailable"].includes(one.state);
      const said = hasValue ? one : statusOf(one, statuses);
      return row(nameOfOne(one), said ? this.hass.formatEntityState(said) : "–");
    });
  }

  /** Return a card of each friend who has sent nothing yet, and so has no device; others are waited for. */
  silent(devices) {
    const { text } = this;
    const waitedFor = (this.next.rows ?? []).filter(isWaiting).map(({ friend_id: id }) => id);
    const told = new Set([...devices.map(this.idOf), ...waitedFor]);
    return [...this.keys.friends.values()]
      .filter(({ friend_id: id, members }) => !told.has(id) && !Number.isInteger(members))
      .map((key) =>
        h(
          "ha-card",
          null,
          h(
            "header",
            null,
            h("span", { class: "round", "aria-hidden": "true" }, key.friend[0].toUpperCase()),
            h(
              "div",
              { class: "grow" },
              h("h2", null, key.friend, markOf(text.trust, key.standing)),
              h("p", { class: "under" }, text.sends_nothing),
            ),
          ),
          h("div", { class: "chips" }, this.shareWith(key)),
        ),
      );
  }

  /** Return the button that shares with a friend, of those who can be sent anything. */
  shareWith({ friend, friend_id: friendId, members }) {
    if (Number.isInteger(members)) return false;
    const label = this.text.sharing.share_home;
    const open = async () => {
      const { share } = await import("../sharing/share.js");
      await share(this, { friendId }, () => this.readAll());
    };
    return button(label, "mdi:share-variant", open, {
      class: "small",
      "aria-label": `${label}${this.text.colon}${friend}`,
      disabled: !this.hass.connected,
    });
  }
}

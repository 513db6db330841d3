/** Who one exchanges with: who waits for an answer, and what comes from each friend. */

import { Card } from "../card.js";
import { h } from "../dom.js";
import { friends, having, nameOf, ours } from "../installation.js";

const REPAIRS = "/config/repairs";
const PAGE = "/config/integrations/integration/sen1";
/** Repairs that wait for an answer about a friend. */
const QUESTIONS = ["friend_request", "access_request", "grant_ends", "access_refused"];
/** Of what friends send, so much is named; the rest is counted. */
const NAMED = 4;

export default class Friends extends Card {
  static tag = "div";

  connect() {
    super.connect();
    this.ask();
  }

  disconnect() {
    super.disconnect();
    this.unsubscribe?.then((stop) => stop());
    this.unsubscribe = undefined;
  }

  /** Read what waits for an answer, now and whenever it changes. */
  async ask() {
    if (!this.hass?.user.is_admin || this.unsubscribe) return;
    const read = async () => {
      const [{ issues }, localize] = await Promise.all([
        this.hass.callWS({ type: "repairs/list_issues" }),
        this.hass.loadBackendTranslation("issues", "sen1"),
      ]);
      this.localize = localize;
      this.questions = issues.filter(({ domain, translation_key, ignored }) => domain === "sen1" && !ignored && QUESTIONS.includes(translation_key));
      this.redraw();
    };
    this.unsubscribe = this.hass.connection.subscribeEvents(read, "repairs_issue_registry_updated");
    await read();
  }

  watched() {
    this.ask();
    return [this.hass.entities, this.hass.devices, ...having(this.hass, "series_status").map((row) => this.hass.states[row.entity_id])];
  }

  content() {
    const { text } = this;
    if (!this.hass.user.is_admin) {
      return [h("ha-card", null, h("div", { class: "empty" }, h("ha-icon", { icon: "mdi:lock", "aria-hidden": "true" }), h("p", null, text.not_yours), h("p", { class: "under" }, text.not_yours_next)))];
    }
    const devices = friends(this.hass);
    return [
      this.questions?.length > 0 && this.waiting(),
      devices.length
        ? h("div", { class: "columns auto" }, devices.map((device) => this.friend(device)))
        : h("ha-card", null, this.empty(text.no_friends, text.no_friends_next)),
      h("p", { class: "above" }, h("a", { href: PAGE, class: "button strong", onclick: (event) => this.follow(event, PAGE) },
        h("ha-icon", { icon: "mdi:plus", "aria-hidden": "true" }), text.steps.add_friend[0])),
    ];
  }

  waiting() {
    const { text } = this;
    return h("ha-card", { class: "gap" },
      this.head(text.waiting(this.questions.length)),
      h("ul", { class: "list" }, this.questions.map(({ translation_key, translation_placeholders }) =>
        h("li", null, h("ha-icon", { icon: "mdi:account-question", "aria-hidden": "true" }),
          h("div", null, this.localize(`component.sen1.issues.${translation_key}.title`, translation_placeholders ?? {})),
          h("a", { href: REPAIRS, class: "button", onclick: (event) => this.follow(event, REPAIRS) }, text.answer)))));
  }

  friend(device) {
    const { text, formats } = this;
    const name = nameOf(device);
    const rows = ours(this.hass).filter(({ device_id }) => device_id === device.id);
    const readings = rows.filter(({ translation_key }) => !translation_key).map(({ entity_id }) => this.hass.states[entity_id]).filter(Boolean);
    const statuses = rows.filter(({ translation_key }) => translation_key === "series_status").map(({ entity_id }) => this.hass.states[entity_id]).filter(Boolean);
    const silent = statuses.filter(({ state }) => ["silent", "source_unavailable"].includes(state));
    const newest = Math.max(...readings.map(({ last_updated }) => Date.parse(last_updated)));
    const named = readings.slice(0, NAMED).map(({ attributes }) => attributes.friendly_name?.replace(name, "").trim());
    const more = readings.length - named.length;
    const row = (label, value) => h("div", null, h("span", null, label), h("span", null, value));
    return h("ha-card", null,
      h("header", null,
        h("span", { class: "round", "aria-hidden": "true" }, name.slice(0, 1).toUpperCase()),
        h("div", { class: "grow" }, h("h2", null, name), h("p", { class: "under" }, text.series_received(statuses.filter(({ state }) => state === "receiving").length)))),
      silent.length > 0 && this.alert("warning", text.silent(silent.length)),
      h("div", { class: "rows" },
        row(text.i_receive, readings.length ? `${named.join(", ")}${more > 0 ? ` ${text.and_more(more)}` : ""}` : text.nothing),
        row(text.last_received, Number.isFinite(newest) ? formats.ago(newest) : "–")),
      this.link(`/config/devices/device/${device.id}`, text.details));
  }
}

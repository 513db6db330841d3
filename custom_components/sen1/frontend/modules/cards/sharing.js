/** What this home shares, with whom, until when; what it holds of others: with pause and withdrawal. */

import { button, Card } from "../card.js";
import { h } from "../dom.js";

const PAGE = "/config/integrations/integration/sen1";
/** Full squares of four: the finer, the more a curve reveals. */
const FINENESS = { P1D: 1, PT1H: 2, PT30M: 3, PT10M: 3, live: 4 };
const AGAIN_MS = 30_000;
const SOON_DAYS = 30;
const DAY = 86_400_000;

export default class Sharing extends Card {
  static tag = "div";

  connect() {
    super.connect();
    this.timer = setInterval(() => this.read(), AGAIN_MS);
  }

  disconnect() {
    super.disconnect();
    clearInterval(this.timer);
  }

  async read() {
    if (!this.hass?.user.is_admin || !this.hass.connected) return;
    try {
      this.accounts = (await this.hass.callWS({ type: "sen1/sharing" })).accounts;
      this.problem = undefined;
    } catch (error) {
      this.problem = error;
    }
    this.redraw();
  }

  watched() {
    if (!this.asked) {
      this.asked = true;
      this.read();
    }
    return [];
  }

  /** Change a grant, after a question where it cannot be taken back. */
  async change(entry, grant, change, question) {
    if (question && !window.confirm(question)) return;
    try {
      await this.hass.callWS({ type: "sen1/change_grant", entry_id: entry, friend: grant.friend_id, publication: grant.publication, change });
    } catch (error) {
      this.problem = error;
    }
    await this.read();
  }

  content() {
    const { text, accounts } = this;
    if (!this.hass.user.is_admin) return [h("ha-card", null, h("div", { class: "empty" }, h("ha-icon", { icon: "mdi:lock", "aria-hidden": "true" }), h("p", null, text.for_administrators)))];
    if (!accounts) return [h("ha-card", null, this.problem ? this.alert("error", text.not_read, this.problem.message) : this.loading(160))];
    const grants = accounts.flatMap(({ entry_id, shares }) => shares.flatMap((share) => share.grants.map((grant) => ({ ...grant, ...share, entry_id, grants: undefined }))))
      .filter(({ state }) => state !== "ended");
    return [
      this.problem && this.alert("error", text.not_changed, this.problem.message),
      accounts.some(({ online }) => !online) && this.alert("warning", text.away, text.away_next),
      this.banner(grants),
      h("h3", { class: "above" }, text.i_share),
      grants.length ? this.shared(grants) : h("ha-card", null, this.empty(text.nothing_shared, text.nothing_shared_next)),
      h("p", { class: "above" }, h("a", { href: PAGE, class: "button strong", onclick: (event) => this.follow(event, PAGE) },
        h("ha-icon", { icon: "mdi:plus", "aria-hidden": "true" }), text.new_share), " ", h("span", { class: "under" }, text.withdrawing)),
      this.withdrawn(accounts.flatMap((account) => account.withdrawn)),
      this.held(accounts.flatMap(({ holds }) => holds)),
    ];
  }

  banner(grants) {
    const { text } = this;
    const active = grants.filter(({ state }) => state === "active"), paused = grants.filter(({ state }) => state === "paused");
    return h("div", { class: "alert good banner" },
      h("ha-icon", { icon: "mdi:lock", "aria-hidden": "true" }),
      h("div", null, h("h2", null, text.nothing_leaves), h("p", null, text.active_and_paused(active.length, paused.length))),
      active.length > 0 && button(text.pause_all, "mdi:pause", async () => {
        for (const grant of active) await this.change(grant.entry_id, grant, "pause");
      }));
  }

  shared(grants) {
    const { text, formats } = this;
    return h("ha-card", null, h("table", { class: "blocks" },
      h("thead", null, h("tr", null, [text.what, text.to_whom, text.fineness, text.until, text.last_sent, text.change_it].map((label) => h("th", { scope: "col" }, label)))),
      h("tbody", null, grants.map((grant) => {
        const until = new Date(grant.until);
        const left = Math.ceil((until - Date.now()) / DAY);
        const isPaused = grant.state === "paused";
        return h("tr", { class: isPaused ? "paused" : "" },
          h("th", { scope: "row" }, grant.title, isPaused && h("span", { class: "chip" }, text.paused), grant.state === "coming" && h("span", { class: "chip" }, text.begins(formats.date(new Date(grant.begin), { day: "numeric", month: "short" }))),
            h("p", { class: "under" }, text.points(formats.number(grant.readings)))),
          h("td", { class: "words", "data-label": text.to_whom }, h("div", null, grant.friend, h("p", { class: "under" }, text.purposes[grant.purpose] ?? grant.purpose))),
          h("td", { class: "words", "data-label": text.fineness }, this.fineness(grant.granularity)),
          h("td", { class: "words", "data-label": text.until }, h("div", null, this.day(until), left <= SOON_DAYS && h("p", { class: "bad under" }, text.in_days(Math.max(0, left))))),
          h("td", { class: "words", "data-label": text.last_sent }, grant.last_sent ? formats.ago(new Date(grant.last_sent)) : "–"),
          h("td", { class: "actions" },
            button(isPaused ? text.resume : text.pause, isPaused ? "mdi:play" : "mdi:pause", () => this.change(grant.entry_id, grant, isPaused ? "resume" : "pause"), { class: "small", "aria-label": `${isPaused ? text.resume : text.pause}: ${grant.title}, ${grant.friend}` }),
            button(text.withdraw, "mdi:close", () => this.change(grant.entry_id, grant, "withdraw", text.really(grant.title, grant.friend)), { class: "small danger", "aria-label": `${text.withdraw}: ${grant.title}, ${grant.friend}` })));
      }))));
  }

  fineness(granularity) {
    const level = FINENESS[granularity] ?? 1;
    return h("span", { class: "fineness" }, h("span", { class: "levels", "aria-hidden": "true" }, [1, 2, 3, 4].map((one) => h("i", { class: one <= level ? "full" : "" }))), this.text.granularities[granularity] ?? granularity);
  }

  day = (time) => this.formats.date(time, { day: "numeric", month: "short", year: "numeric" });

  withdrawn(list) {
    const { text } = this;
    if (!list.length) return false;
    return [
      h("h3", { class: "above" }, text.taken_back),
      h("ha-card", null, h("ul", { class: "list" }, list.map((one) => h("li", null,
        h("ha-icon", { icon: one.erased ? "mdi:check-circle" : "mdi:timer-sand", class: one.erased ? "good" : "", "aria-hidden": "true" }),
        h("div", null, h("div", null, `${one.series ?? text.a_series} → ${one.friend ?? text.a_friend}`),
          h("div", { class: "under" }, one.erased ? text.erased_on(this.day(new Date(one.erased))) : text.erase_by(this.day(new Date(one.erase_by))))))))),
    ];
  }

  held(holds) {
    const { text, formats } = this;
    return [
      h("h3", { class: "above" }, text.i_hold),
      !holds.length ? h("ha-card", null, this.empty(text.nothing_held)) : h("ha-card", null, h("table", { class: "blocks" },
        h("thead", null, h("tr", null, [text.from_whom, text.what, text.fineness, text.received, text.kept].map((label) => h("th", { scope: "col" }, label)))),
        h("tbody", null, holds.map((one) => h("tr", null,
          h("th", { scope: "row" }, one.friend),
          h("td", { class: "words", "data-label": text.what }, h("div", null, one.series, h("p", { class: "under" }, text.statuses[one.status] ?? one.status))),
          h("td", { class: "words", "data-label": text.fineness }, text.granularities[one.granularity] ?? one.granularity),
          h("td", { class: "words", "data-label": text.received }, one.last_reading ? formats.ago(new Date(one.last_reading)) : "–"),
          h("td", { class: "words", "data-label": text.kept }, one.retention_days ? text.days(formats.number(one.retention_days)) : text.no_bound)))))),
    ];
  }
}

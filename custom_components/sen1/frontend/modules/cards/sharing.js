/** What leaves the house, to whom and until when; what is held of others; each grant stopped there. */

import { button, Card, PAGE, row } from "../card.js";
import { confirmed } from "../dialog.js";
import { h } from "../dom.js";

const ADD = "/config/integrations/dashboard/add?domain=sen1";
/** Narrower, each row is a block. */
const WIDE = 760;
/** How often what was sent, and what friends answered, is read again while somebody looks, ms. */
const AGAIN_MS = 10_000;
/** Of four: the finer a series, the more it tells. */
const FINENESS = { live: 4, PT10M: 3, PT30M: 3, PT1H: 3, P1D: 2 };
const DAY = 86_400_000;
const SOON_DAYS = 30;

export default class Sharing extends Card {
  static tag = "div";
  static isSized = true;

  constructor(host) {
    super(host);
    this.busy = new Set();
  }

  connect() {
    super.connect();
    this.again ??= setInterval(() => {
      if (this.unsubscribe && this.hass.connected) this.read();
    }, AGAIN_MS);
    this.followEntries();
  }

  disconnect() {
    super.disconnect();
    clearInterval(this.again);
    this.again = undefined;
    this.unsubscribe?.then((stop) => stop());
    this.unsubscribe = undefined;
  }

  watched() {
    this.followEntries();
    return [];
  }

  /** Read all anew whenever an entry changes: a grant is part of one. */
  followEntries() {
    if (!this.hass?.user.is_admin || this.unsubscribe || !this.isShown) return;
    this.unsubscribe = this.hass.connection.subscribeMessage(() => this.read(), {
      type: "config_entries/subscribe",
    });
  }

  async read() {
    try {
      const [known, words] = await Promise.all([
        this.hass.callWS({ type: "sen1/sharing" }),
        this.hass.loadBackendTranslation("selector", "sen1"),
      ]);
      Object.assign(this, { known, words, failed: false });
    } catch {
      this.failed = true;
    }
    this.redraw();
  }

  content() {
    const { text } = this;
    const words = text.sharing;
    if (!this.hass.user.is_admin) {
      return [h("ha-card", null, this.locked(words.not_yours, words.not_yours_next))];
    }
    if (this.failed && this.hass.connected) {
      const again = button(text.again, "mdi:refresh", () => this.read());
      return [h("ha-card", null, this.alert("error", words.not_read, undefined, again))];
    }
    if (!this.known) return [h("ha-card", null, this.loading(240))];
    const { accounts } = this.known;
    if (!accounts.length) {
      const add = this.link(ADD, text.steps.add_account[0]);
      return [h("ha-card", null, this.empty(words.no_account, words.no_account_next, add))];
    }
    const grants = accounts.flatMap(grantsOf);
    return [
      !this.hass.connected && this.alert("warning", text.offline, text.offline_next),
      accounts
        .filter(({ online }) => !online)
        .map(({ title }) => this.alert("warning", words.away(title), words.away_next)),
      this.notice && this.alert("error", this.notice),
      this.promise(grants),
      this.shares(grants, accounts),
      this.takenBack(accounts.flatMap(({ withdrawn }) => withdrawn)),
      this.holds(accounts.flatMap(({ holds }) => holds)),
    ];
  }

  promise(grants) {
    const words = this.text.sharing;
    const count = (state) => grants.filter((grant) => grant.state === state).length;
    const active = grants.filter(({ state }) => state === "active");
    return h(
      "div",
      { class: "alert good promise" },
      h("ha-icon", { icon: "mdi:lock", "aria-hidden": "true" }),
      h(
        "div",
        null,
        h("h2", null, words.promise),
        h(
          "p",
          { role: "status" },
          grants.length ? words.counted(count("active"), count("paused")) : words.nothing_shared,
          " ",
          words.checked,
        ),
      ),
      active.length > 1 &&
        button(words.pause_all, "mdi:pause", () => this.change(active, "pause"), {
          disabled: this.busy.size > 0 || !this.hass.connected,
        }),
    );
  }

  // What leaves the house

  shares(grants, accounts) {
    const { text, formats } = this;
    const words = text.sharing;
    const sent = grants.reduce((sum, { readings }) => sum + readings, 0);
    const alone = accounts
      .flatMap(({ shares }) => shares)
      .filter((series) => !series.grants.length);
    return [
      this.title(
        "mdi:share-variant",
        words.i_share,
        grants.length > 0 && words.sent_in_all(formats.number(sent)),
      ),
      h(
        "ha-card",
        { class: "flow" },
        grants.length === 0 && this.empty(words.nothing_shared, words.nothing_shared_next),
        grants.length > 0 && (this.width >= WIDE ? this.table(grants) : this.blocks(grants)),
        alone.length > 0 &&
          h(
            "p",
            { class: "note" },
            words.to_nobody(alone.map(({ title }) => title).join(", ")),
            " ",
            this.link(PAGE, words.grant_it),
          ),
      ),
      h(
        "p",
        { class: "beneath" },
        this.adder(PAGE, words.new_share),
        h("span", { class: "under" }, words.what_withdrawing_does),
      ),
    ];
  }

  table(grants) {
    const words = this.text.sharing;
    return table(
      [words.what, words.to_whom, words.fineness, words.until, words.last_sent],
      h("td"),
      grants.map((grant) => this.row(grant)),
    );
  }

  row(grant) {
    return h(
      "tr",
      { class: grant.state === "active" ? "" : "resting" },
      h(
        "th",
        { scope: "row" },
        grant.series.title,
        this.mark(grant),
        h("p", { class: "under" }, this.count(grant)),
      ),
      h("td", null, grant.friend, h("p", { class: "under" }, this.purpose(grant))),
      h("td", null, this.fineness(grant.series.granularity)),
      h("td", null, this.until(grant)),
      h("td", null, this.when(grant.last_sent)),
      h("td", { class: "end" }, this.actions(grant)),
    );
  }

  blocks(grants) {
    return h(
      "ul",
      { class: "blocks" },
      grants.map((grant) => this.block(grant)),
    );
  }

  block(grant) {
    const words = this.text.sharing;
    return h(
      "li",
      null,
      h("div", null, `${grant.series.title} → ${grant.friend}`, this.mark(grant)),
      h("p", { class: "under" }, this.purpose(grant)),
      h(
        "div",
        { class: "rows plain" },
        row(words.fineness, this.fineness(grant.series.granularity)),
        row(words.until, this.until(grant)),
        row(words.last_sent, this.when(grant.last_sent)),
        grant.readings > 0 && row(words.sent, this.count(grant)),
      ),
      !grant.readings && h("p", { class: "under" }, this.count(grant)),
      this.actions(grant),
    );
  }

  mark = ({ state }) =>
    state !== "active" && h("span", { class: "chip" }, this.word("grant_state", state));

  word = (list, value) => this.words(`component.sen1.selector.${list}.options.${value}`) || value;

  purpose = ({ purpose, kind, members, state, seen, readings }) => [
    Number.isInteger(members) && `${this.text.sharing.homes(members)} · `,
    this.word("purpose", purpose),
    readings > 0 && isUnseen({ kind, state, seen }) && ` · ${this.text.sharing.not_told}`,
  ];

  /** Say how much was sent, or what is waited for. */
  count(grant) {
    const { readings, bytes, state, series } = grant;
    const words = this.text.sharing;
    if (readings > 0) {
      const size = this.formats.quantity(Math.ceil(bytes / 1000), words.kilobytes);
      return [words.points(readings, this.formats.number(readings)), bytes > 0 && `, ${size}`];
    }
    if (state !== "active") return false;
    if (isUnseen(grant)) return words.waits.friend;
    return words.waits[series.granularity === "live" ? "reading" : "period"];
  }

  when = (time) => (time ? this.formats.ago(Date.parse(time)) : "–");

  date = (time, before = 0) =>
    this.formats.date(new Date(Date.parse(time) - before), {
      day: "numeric",
      month: "short",
      year: "numeric",
    });

  /** Return the last day of what ends at a time. */
  lastDay = (time) => this.date(time, 1000);

  until({ until, state }) {
    const days = Math.ceil((Date.parse(until) - Date.now()) / DAY);
    return [
      this.lastDay(until),
      state !== "ended" &&
        days <= SOON_DAYS &&
        h("p", { class: "under bad" }, this.text.sharing.in_days(days)),
    ];
  }

  fineness(granularity) {
    const level = FINENESS[granularity] ?? 4;
    return h(
      "span",
      { class: "fine" },
      h(
        "span",
        { class: "levels", "aria-hidden": "true" },
        [1, 2, 3, 4].map((one) => h("i", { class: one <= level ? "on" : "" })),
      ),
      this.text.sharing.granularity[granularity] ?? granularity,
    );
  }

  actions(grant) {
    const words = this.text.sharing;
    if (grant.state === "ended") return false;
    const disabled = this.busy.has(grant.key) || !this.hass.connected;
    const named = (action) => `${action}${this.text.colon}${grant.series.title}, ${grant.friend}`;
    const act = (change, label, icon, more) =>
      button(label, icon, () => this.change([grant], change), {
        class: "small",
        disabled,
        "aria-label": named(label),
        ...more,
      });
    return h(
      "div",
      { class: "chips" },
      grant.state === "active" && act("pause", words.pause, "mdi:pause"),
      grant.state === "paused" && act("resume", words.resume, "mdi:play"),
      button(words.withdraw, "mdi:close", () => this.withdraw(grant), {
        class: "small danger",
        disabled,
        "aria-label": named(words.withdraw),
      }),
    );
  }

  async withdraw(grant) {
    const words = this.text.sharing;
    const isSure = await confirmed(this, {
      title: words.sure(grant.series.title, grant.friend),
      body: grant.kind === "proxy" ? words.sure_proxy : words.sure_body,
      yes: words.withdraw,
      no: words.keep,
    });
    if (isSure) await this.change([grant], "withdraw");
  }

  /** Change grants one after the other; each answer says what is shared from then on. */
  async change(grants, change) {
    this.notice = undefined;
    for (const { key } of grants) this.busy.add(key);
    this.redraw();
    try {
      for (const { account, friend_id, series } of grants) {
        this.known = await this.hass.callWS({
          type: "sen1/change_grant",
          entry_id: account.entry_id,
          friend: friend_id,
          publication: series.publication,
          change,
        });
      }
    } catch {
      this.notice = this.text.sharing.not_changed;
      await this.read();
    }
    this.busy.clear();
    this.redraw();
    // The button that was pressed is another grant's now, or gone.
    if (change === "withdraw") this.frame.querySelector("h2[tabindex]")?.focus();
  }

  // What was taken back

  takenBack(withdrawn) {
    if (!withdrawn.length) return false;
    return [
      this.title("mdi:undo-variant", this.text.sharing.taken_back),
      h(
        "ha-card",
        { class: "flow" },
        h(
          "ul",
          { class: "list" },
          withdrawn.map((one) => this.withdrawn(one)),
        ),
      ),
    ];
  }

  withdrawn({ friend, members, confirmed, series, withdrawn, erase_by, erased }) {
    const words = this.text.sharing;
    const nobody = members > 1 ? words.all_former : words.former_friend;
    return h(
      "li",
      null,
      h("ha-icon", {
        icon: erased ? "mdi:check-circle" : "mdi:timer-sand",
        class: erased ? "good" : "",
        "aria-hidden": "true",
      }),
      h(
        "div",
        null,
        `${series ?? words.former_series} → ${friend ?? nobody}`,
        h(
          "p",
          { class: "under" },
          withdrawn ? words.withdrawn_on(this.date(withdrawn)) : words.removed,
          " ",
          members > 1 && `${words.confirmed_by(confirmed, members)} `,
          erased ? words.erased_on(this.date(erased)) : words.erased_by(this.date(erase_by)),
        ),
      ),
    );
  }

  // What is held of others

  holds(holds) {
    const words = this.text.sharing;
    const isForwarded = holds.some(({ may_forward }) => may_forward);
    return [
      this.title("mdi:tray-arrow-down", words.i_hold, words.never_passed_on(isForwarded)),
      h(
        "ha-card",
        { class: "flow" },
        holds.length === 0 && this.empty(words.nothing_held, words.nothing_held_next),
        holds.length > 0 &&
          (this.width >= WIDE ? this.tableOfHeld(holds) : this.blocksOfHeld(holds)),
      ),
    ];
  }

  tableOfHeld(holds) {
    const { formats } = this;
    const words = this.text.sharing;
    const { from, what, fineness, readings, until, erased } = words;
    const columns = [from, what, fineness, readings, until, erased];
    const rows = holds.map((one) =>
      h(
        "tr",
        null,
        h("th", { scope: "row" }, one.friend),
        h("td", null, one.series, h("p", { class: "under" }, this.status(one))),
        h("td", null, this.fineness(one.granularity)),
        h("td", null, one.readings > 0 ? formats.number(one.readings) : "–"),
        h("td", null, one.until ? this.lastDay(one.until) : "–"),
        h("td", null, this.kept(one)),
      ),
    );
    return table(columns, false, rows);
  }

  blocksOfHeld(holds) {
    const { formats } = this;
    const words = this.text.sharing;
    const block = (one) => {
      const fineness = words.granularity[one.granularity] ?? one.granularity;
      const count = words.points(one.readings, formats.number(one.readings));
      return h(
        "li",
        null,
        h("div", null, one.friend),
        h("p", null, `${one.series}, ${fineness}`),
        h(
          "p",
          { class: "under" },
          [one.readings > 0 && count, this.status(one)].filter(Boolean).join(", "),
        ),
        h("p", { class: "under" }, this.kept(one)),
      );
    };
    return h("ul", { class: "blocks" }, holds.map(block));
  }

  status({ status, last_reading: at }) {
    if (status === "receiving") {
      return this.text.sharing.received(this.formats.ago(Date.parse(at)));
    }
    const key = `component.sen1.entity.sensor.series_status.state.${status}`;
    const told = this.hass.localize(key) || status;
    return status === "waiting" ? `${told}. ${this.text.sharing.waits.theirs}` : told;
  }

  kept({ retention_days: days }) {
    const words = this.text.sharing;
    return days ? words.kept(days) : words.kept_unsaid;
  }
}

/** Whether a friend has not been told of a grant yet. */
const isUnseen = ({ kind, state, seen }) => kind === "home" && state === "active" && !seen;

/** Return a table with these columns, and one without a name for its buttons. */
const table = (columns, more, rows) =>
  h(
    "table",
    { class: "left" },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        columns.map((name) => h("th", { scope: "col" }, name)),
        more,
      ),
    ),
    h("tbody", null, rows),
  );

/** Return what an account grants, each grant with the series it is of and a key of its own. */
const grantsOf = (account) =>
  account.shares.flatMap((series) =>
    series.grants.map((grant) => ({
      ...grant,
      series,
      account,
      key: `${account.entry_id} ${grant.friend_id} ${series.publication}`,
    })),
  );

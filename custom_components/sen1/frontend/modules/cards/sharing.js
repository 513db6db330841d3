/** What leaves the house, to whom and until when; whether both sides agree; what is held of others. */

import { pageBeside, taken } from "../address.js";
import { Asking } from "../asking.js";
import { button, row } from "../card.js";
import { confirmed } from "../dialog.js";
import { h, haIcon, listOf, subline } from "../dom.js";
import { dateOf } from "../inviting/times.js";
import { keep } from "../keeping.js";
import { opener, openShare } from "../opener.js";
import { Folding } from "../sharing/folding.js";
import { countsOf, grantsOf } from "../sharing/groups.js";
import { Held } from "../sharing/held.js";
import { Known } from "../sharing/known.js";
import { WIDE, wayOf } from "../sharing/lists.js";
import { Shares } from "../sharing/shares.js";
import { sheet } from "../sharing/style.js";
import { Trust } from "../sharing/trust.js";
import { Wishes } from "../sharing/wishes.js";

/** How often what was sent, and what friends answered, is read again while somebody looks, ms. */
const AGAIN_MS = 10_000;
/** Of so many times, the keys and the days are read again once: they change rarely. */
const TRUST_EACH = 6;

export default class Sharing extends Asking {
  static page = "sharing";
  static asks = "sen1/sharing";
  static readsEach = AGAIN_MS;
  static isSized = true;
  static words = ["sharing", "trust"];
  static sheets = [sheet];

  keys = new Known(this);
  shares = new Shares(this);
  trust = new Trust(this);
  held = new Held(this);
  wishes = new Wishes(this);
  turns = 0;
  folding = new Folding(this);

  connect() {
    super.connect();
    this.watched();
  }

  moved() {
    this.lookAtAddress();
  }

  watched() {
    this.followEntries();
    this.lookAtAddress();
    return [];
  }

  /** Read all anew whenever an entry changes: a grant is part of one. */
  followEntries() {
    if (!this.hass || !this.isShown || !this.may("sharing")) return;
    const readAll = () => {
      this.turns = 0;
      this.read();
    };
    const { connection } = this.hass;
    this.hear(() => connection.subscribeMessage(readAll, { type: "config_entries/subscribe" }));
  }

  /** The first is read once changes are heard of, which are told from then on. */
  readOnce() {}

  async read() {
    if (this.turns % TRUST_EACH === 0) {
      this.keys.read();
      this.wishes.read();
    }
    this.turns += 1;
    await super.read();
  }

  async ask(message) {
    this.options ??= await this.hass.loadBackendTranslation("selector", "sen1");
    return super.ask(message);
  }

  get isWide() {
    return this.width >= WIDE;
  }

  /** Share with whom the address names: a link or the end of a form led here. */
  lookAtAddress() {
    if (!this.text || !this.isShown || !this.may("sharing")) return;
    const friendId = taken("share");
    if (friendId !== undefined) this.shareHome({ friendId });
  }

  shareHome = (asked) => openShare(this, asked, this.onShared);

  onShared = (known) => {
    this.known = known;
    this.redraw();
    this.wishes.read();
  };

  standingOf = (person) => this.keys.standingOf(person);

  page({ accounts }) {
    const { text, words } = this;
    if (!accounts.length) {
      const add = opener(this, words.add_account, { steps: ["account"] });
      return [h("ha-card", this.empty(words.no_account, words.no_account_next, add))];
    }
    const grants = accounts.flatMap((account) => grantsOf(account, this.hass.states));
    return [
      this.told(),
      accounts
        .filter(({ online }) => !online)
        .map(({ title }) => this.alert("warning", words.away(title), words.away_next)),
      this.promise(grants),
      h(
        "p.share-home",
        this.deed(words.share_home, "mdi:share-variant", () => this.shareHome(), {
          class: "strong",
        }),
      ),
      this.wishes.content(this.onShared),
      this.shared(grants, accounts),
      this.held.content(accounts),
      this.keys.failed && this.hass.connected && this.alert("warning", text.trust.not_read),
      h("ha-card.flow", h("ul.parts.lined", this.parts(grants))),
    ];
  }

  /** Return how many grants there are, to how many, and of which state, with what pauses all. */
  promise(grants) {
    const { words } = this;
    const counts = countsOf(grants, Date.now(), this.standingOf);
    const { all, receivers, stopped, paused, coming, ended } = counts;
    const counted = words.counted(all, receivers, counts.active, stopped, paused, coming, ended);
    const active = grants.filter(({ state }) => state === "active");
    return h(
      "div.alert.good.promise",
      haIcon("mdi:lock"),
      h(
        "div",
        h("h2", words.promise),
        h("p", { role: "status" }, grants.length ? counted : words.nothing_shared),
      ),
      active.length > 1 &&
        this.deed(this.isWide && words.pause_all, "mdi:pause", () => this.change(active, "pause"), {
          class: this.isWide ? "" : "icon",
          "aria-label": words.pause_all,
        }),
    );
  }

  // What leaves the house

  shared(grants, accounts) {
    const { words } = this;
    const alone = accounts
      .flatMap(({ shares }) => shares)
      .filter((series) => !series.grants.length);
    return [
      // A phone has no line more for how they stand.
      this.title(
        "mdi:share-variant",
        words.i_share,
        !this.isWide && grants.length > 1 && this.shares.grouping(),
      ),
      grants.length > 0
        ? this.shares.content(grants)
        : h("ha-card.flow", this.empty(words.nothing_shared, words.nothing_shared_next)),
      h(
        "p.note.beneath",
        alone.length > 0 && h("span", words.to_nobody(alone.map(({ title }) => title).join(", "))),
        alone.length > 0
          ? opener(this, words.grant_it, { subentry: "friend", isChanged: true })
          : opener(this, words.new_share, { subentry: "publication" }),
        this.isWide && h("span.under", words.what_withdrawing_does),
      ),
    ];
  }

  // What few read, folded as one list

  /** Return the rows of the list, each with its state; what is wrong stands open. */
  parts(grants) {
    const { text, words, known, trust } = this;
    const accounts = this.keys.accounts ?? [];
    const withdrawn = known.accounts.flatMap((account) => account.withdrawn);
    const erased = withdrawn.filter((one) => one.erased).length;
    const each = (draw) =>
      accounts.map((account) => [accounts.length > 1 && h("h3", account.title), draw(account)]);
    const proxies = proxiesIn(grants);
    const { title, my_numbers: mine, my_numbers_next: mineAre } = text.trust;
    return [
      accounts.length > 0 && [
        this.part(
          ["mdi:shield-check", title, trust.stateOfAll(accounts)],
          () => each((account) => trust.content(account, proxies)),
          accounts.some(trust.isWrong),
        ),
        this.part(["mdi:key", mine, mineAre], () => each((account) => trust.mine(account))),
        this.part(["mdi:text-box-check-outline", words.journal, words.journal_is], () => [
          this.counts(grants),
          each(trust.journal),
        ]),
        this.part(["mdi:package-variant-closed", words.own, words.own_is], () =>
          each((account) => trust.own(account)),
        ),
      ],
      withdrawn.length > 0 &&
        this.part(
          ["mdi:undo-variant", words.taken_back, words.erased_of(erased, withdrawn.length)],
          () => listOf("list", withdrawn, (one) => this.withdrawn(one)),
        ),
      this.config.roles &&
        this.may("roles") &&
        h(
          "li",
          this.lead(
            pageBeside(this.config.roles),
            { class: "button whole" },
            wayOf("mdi:account-key", text.views.roles, words.roles_are),
          ),
        ),
    ];
  }

  /** Return a row that unfolds what is told by its icon, its title and what is under that. */
  part([icon, title, under], content, isOpenAtFirst = false) {
    const isOpen = this.folding.isOpen(icon) !== isOpenAtFirst;
    const toggle = () => this.folding.toggle(icon);
    const arrow = isOpen ? "mdi:chevron-down" : "mdi:chevron-right";
    const look = { class: "whole", "aria-expanded": String(isOpen) };
    const told = wayOf(icon, title, under, arrow);
    return h("li", button(told, undefined, toggle, look), isOpen && content());
  }

  /** Return how many values went to each, whom most went to first. */
  counts(grants) {
    const { words } = this;
    const all = [...Map.groupBy(grants, ({ person }) => person).values()].map((several) => ({
      name: several[0].friend,
      values: several.reduce((sum, { readings }) => sum + readings, 0),
      bytes: several.reduce((sum, { bytes }) => sum + bytes, 0),
    }));
    const said = ({ values, bytes }) => {
      const size = this.formats.quantity(Math.ceil(bytes / 1000), words.kilobytes);
      return `${words.values(values, this.formats.number(values))}, ${size}`;
    };
    const sent = all.filter(({ values }) => values > 0).sort((a, b) => b.values - a.values);
    return (
      sent.length > 0 &&
      h(
        "div.rows.plain",
        sent.map((one) => row(one.name, said(one))),
      )
    );
  }

  word = (list, value) => this.options(`component.sen1.selector.${list}.options.${value}`) || value;

  purpose = ({ purpose, kind, members, state, seen, readings }) => [
    Number.isInteger(members) && `${this.words.homes(members)} · `,
    this.word("purpose", purpose),
    readings > 0 && isUnseen({ kind, state, seen }) && ` · ${this.words.not_told}`,
  ];

  /** Say what is waited for, while nothing was sent. */
  count(grant) {
    const { readings, state, series } = grant;
    const { words } = this;
    if (readings > 0 || state !== "active") return false;
    if (isUnseen(grant)) return words.waits.friend;
    return words.waits[series.granularity === "live" ? "reading" : "period"];
  }

  when = (time) => (time ? this.formats.ago(Date.parse(time)) : "–");

  date = (time, before = 0) => dateOf(this.formats, Date.parse(time) - before);

  /** Return the last day of what ends at a time. */
  lastDay = (time) => this.date(time, 1000);

  /** Take grants back, of one `name` that is a `friend` or a `series`, once this is confirmed. */
  async withdraw(grants, name, by) {
    const { words } = this;
    const [{ series, friend }] = grants;
    const isProxy = grants.some(({ kind }) => kind === "proxy");
    const isSure = await confirmed(this, {
      title:
        grants.length > 1
          ? words.sure_all[by](grants.length, name)
          : words.sure(series.title, friend),
      body: isProxy ? words.sure_proxy : words.sure_body,
      yes: words.withdraw,
      no: words.keep,
    });
    if (isSure) await this.change(grants, "withdraw");
  }

  /** Send one message after the other; each answer says what is shared and held from then on. */
  async changeEach(messages, failure) {
    await this.attemptChange(async () => {
      for (const message of messages) await this.ask(message);
    }, failure);
    if (this.notice) await this.read();
  }

  /** Change grants one after the other. */
  async change(grants, change) {
    const messages = grants.map(({ account, friend_id, series }) => ({
      type: "sen1/change_grant",
      entry_id: account.entry_id,
      friend: friend_id,
      publication: series.publication,
      change,
    }));
    await this.changeEach(messages, this.words.not_changed);
    // The button that was pressed is another grant's now, or gone.
    if (change === "withdraw") this.goTo("h2[tabindex]");
  }

  withdrawn({ friend, members, confirmed, series, withdrawn, erase_by, erased }) {
    const { words } = this;
    const nobody = members > 1 ? words.all_former : words.former_friend;
    return h(
      "li",
      erased ? haIcon("mdi:check-circle", { class: "good" }) : haIcon("mdi:timer-sand"),
      h(
        "div",
        `${series ?? words.former_series} → ${friend ?? nobody}`,
        subline(
          withdrawn ? words.withdrawn_on(this.date(withdrawn)) : words.removed,
          " ",
          members > 1 && `${words.confirmed_by(confirmed, members)} `,
          erased ? words.erased_on(this.date(erased)) : words.erased_by(this.date(erase_by)),
        ),
      ),
    );
  }

  // Keys, days and what proves them

  /** Let the browser keep what a command answers as a file. */
  keep = (asked) =>
    this.attemptChange(async () => {
      const { name, text } = await this.hass.callWS(asked);
      keep(name, new Blob([text], { type: "application/json" }));
    }, this.text.trust.not_kept);

  verify = (entryId) =>
    this.attempt(async () => (await import("../sharing/verdict.js")).verify(this, entryId));

  /** Export or erase what is ours of an account, by that function of the module. */
  mine = (deed, entryId) =>
    this.attempt(async () => (await import("../sharing/mine.js"))[deed](this, entryId));

  async newKey(entryId) {
    const words = this.text.trust;
    const isSure = await confirmed(this, {
      title: words.new_key_sure,
      body: words.new_key_body,
      yes: words.new_key_yes,
      no: words.new_key_no,
    });
    if (!isSure) return;
    const asked = { type: "sen1/new_key", entry_id: entryId };
    await this.attemptChange(() => this.hass.callWS(asked), words.no_new_key);
    await this.keys.read();
  }
}

/** Return the proxies among those who receive something, each once. */
const proxiesIn = (grants) => [
  ...new Map(
    grants.filter(({ kind }) => kind === "proxy").map((grant) => [grant.person, grant]),
  ).values(),
];

/** Whether a friend has not been told of a grant yet. */
const isUnseen = ({ kind, state, seen }) => kind === "home" && state === "active" && !seen;

/** What leaves the house, by friend or by series: groups that unfold, stopped as one or by row. */

import { button, choice, pressable } from "../card.js";
import { chips, h, haIcon, listOf, subline } from "../dom.js";
import { searchField, selectOf } from "../fields.js";
import { hasAll } from "../seeking.js";
import { finenessOf } from "./fineness.js";
import {
  countsOf,
  daysLeft,
  groupsOf,
  isEndingSoon,
  narrowed,
  parted,
  standingIn,
  together,
} from "./groups.js";
import { Folding, WIDE } from "./lists.js";
import { legendOf, markOf } from "./marks.js";

/** From so many rows on, or on a phone groups, they can be sought by name. */
const SEARCHED = 11;
/** So few rows are all unfolded. */
const FEW = 6;
/** Of what is shared with one, so much is named. */
const NAMED = 2;
const OTHERS = "others";

const ICONS = {
  home: "mdi:account",
  circle: "mdi:account-group",
  collection: "mdi:account-group",
  participation: "mdi:account-group",
  proxy: "mdi:server-network",
  series: "mdi:chart-line-variant",
};

/** The card reads what is shared, and changes it. */
export class Shares extends Folding {
  by = "friend";
  filter = "all";
  query = "";

  get words() {
    return this.card.text.sharing;
  }

  isOpen(key) {
    return super.isOpen(key) !== (this.isFew && key !== OTHERS);
  }

  /** Return the tools above the list, and the list. */
  content(grants) {
    const { card, words } = this;
    const now = Date.now();
    const counts = countsOf(grants, now);
    // What was narrowed to is gone: nothing would be left to see.
    if (!counts[this.filter]) this.filter = "all";
    this.isFew = grants.length <= FEW;
    const kept = narrowed(grants, this.filter, hasAll(this.query), now);
    const groups = groupsOf(kept, this.by, card.standingOf);
    const isWhole = kept.length === grants.length && this.by === "friend";
    const { shown, others } = isWhole ? parted(groups, now) : { shown: groups, others: [] };
    const standings = groups.flatMap(({ rows }) =>
      rows.map((row) => standingIn(row, card.standingOf)),
    );
    return [
      grants.length > 1 && this.tools(grants, counts, others.length),
      h(
        "ha-card",
        { class: "flow" },
        kept.length === 0 && card.empty(words.none_found),
        kept.length > 0 && this.rows(shown, others),
        legendOf(card.text.trust, standings),
        subline(words.servers_read),
      ),
    ];
  }

  // What is looked at

  tools(grants, counts, folded) {
    const { card, words } = this;
    const isNarrow = card.width < WIDE;
    const many = isNarrow ? groupsOf(grants, this.by, card.standingOf) : grants;
    // On a phone, the search comes with the others.
    const isSought = many.length >= SEARCHED && !(isNarrow && folded && !this.isOpen(OTHERS));
    return h(
      "div",
      { class: "tools" },
      !isNarrow && this.grouping(),
      isSought && searchField(words.search, this.query, (query) => this.set({ query })),
      this.filters(counts, isNarrow),
    );
  }

  grouping() {
    const { words } = this;
    return choice(
      words.grouped,
      ["friend", "series"].map((by) => [words.by[by], this.by === by, () => this.set({ by })]),
      "either",
    );
  }

  filters(counts, isNarrow) {
    const { words } = this;
    const names = ["all", "paused", "soon"].filter((name) => counts[name] > 0);
    const label = (name) => words.filters[name](counts[name]);
    if (names.length < 2) return false;
    if (isNarrow) {
      const all = names.map((name) => [name, label(name)]);
      const choose = (filter) => this.set({ filter });
      return selectOf(all, this.filter, choose, { "aria-label": words.narrow });
    }
    return names.map((name) =>
      pressable(label(name), this.filter === name, () => this.set({ filter: name }), {
        class: "small",
      }),
    );
  }

  // The rows

  rows(shown, others) {
    const isOpen = this.isOpen(OTHERS);
    return listOf("folded grouped", [...shown, ...(others.length ? [undefined] : [])], (group) =>
      group
        ? this.groupRow(group)
        : h(
            "li",
            null,
            this.othersRow(others),
            isOpen && listOf("folded", others, (one) => this.groupRow(one)),
          ),
    );
  }

  groupRow(group) {
    const isOpen = this.isOpen(group.key);
    const { card } = this;
    const { key, kind, name, standing, lastSent } = group;
    return h(
      "li",
      null,
      h(
        "div",
        { class: isOpen ? "share-row open" : "share-row" },
        h(
          "div",
          null,
          this.headOf(key, [haIcon(ICONS[kind], { class: "kind" }), name], standing),
          h("p", { class: "under within" }, this.summary(group)),
          this.stopped(group),
        ),
        h("div", null, finenessOf(this.words, group.detail)),
        h("div", null, this.end(group)),
        h("div", { class: "under last" }, card.when(lastSent)),
        this.actions(group.rows, `${name}, ${this.countIn(group)}`, (going) =>
          card.withdraw(going, name, this.by),
        ),
      ),
      isOpen && [
        listOf("folded", group.rows, (grant) => this.row(grant)),
        this.by === "friend" && h("div", { class: "within" }, this.about(group)),
      ],
    );
  }

  row(grant) {
    const { card, words } = this;
    return h(
      "li",
      { class: grant.state === "active" ? "grant share-row" : "grant share-row resting" },
      h("div", null, this.nameOf(grant), this.stateOf(grant), subline(this.saidOf(grant))),
      h("div", null, finenessOf(words, grant.detail)),
      h("div", null, this.until(grant)),
      h("div", { class: "under last" }, card.when(grant.last_sent)),
      this.actions([grant], `${grant.series.title}, ${grant.friend}`, (going) =>
        card.withdraw(going),
      ),
    );
  }

  othersRow(others) {
    const { names, titles, detail, standing } = together(others);
    return h(
      "div",
      { class: "share-row" },
      h(
        "div",
        null,
        this.headOf(OTHERS, this.words.other_homes(others.length), standing),
        h("p", { class: "under within" }, `${names.join(", ")} · ${titles.join(", ")}`),
      ),
      h("div", null, finenessOf(this.words, detail)),
    );
  }

  // What is told of a group, and of a grant

  headOf = (key, label, standing) =>
    h("div", { class: "head" }, this.fold(key, label), markOf(this.card.text.trust, standing));

  countIn({ rows }) {
    return this.by === "friend" ? this.words.series(rows.length) : this.words.friends(rows.length);
  }

  /** Return what a group is of, in a few words. */
  summary({ rows, paused, members }) {
    const { words } = this;
    const names = rows.map((row) => this.nameOf(row));
    const more = names.length - NAMED;
    return [
      `${names.slice(0, NAMED).join(", ")}${more > 0 ? ` ${words.and_more(more)}` : ""}`,
      Number.isInteger(members) && words.homes(members),
      paused > 0 && words.of_them_paused(paused),
    ]
      .filter(Boolean)
      .join(" · ");
  }

  /** Say of a friend whose key has changed that nothing goes or comes, and lead to the answer. */
  stopped({ standing, kind, rows }) {
    if (standing !== "stopped" || this.by !== "friend") return false;
    const { text } = this.card;
    const [{ account, friend, friend_id: friendId }] = rows;
    return h(
      "div",
      { class: "wrong within" },
      `${kind === "circle" ? text.trust.of_a_member : text.trust.has_changed} ${text.trust.stopped}`,
      button(
        text.answer,
        undefined,
        () => this.card.keys.answer({ entry_id: account.entry_id, friend_id: friendId, friend }),
        { class: "small", "aria-label": `${text.answer}${text.colon}${friend}` },
      ),
    );
  }

  end(group) {
    const ends = group.rows.filter(({ until }) => until === group.until);
    const soon = ends.find((grant) => isEndingSoon(grant, Date.now()));
    return [
      this.card.lastDay(group.until),
      soon ? this.soon(soon) : !group.isOneEnd && subline(this.words.first_end),
    ];
  }

  until(grant) {
    return [this.card.lastDay(grant.until), isEndingSoon(grant, Date.now()) && this.soon(grant)];
  }

  soon = (grant) => h("p", { class: "under bad" }, this.words.in_days(daysLeft(grant, Date.now())));

  nameOf = ({ series, friend }) => (this.by === "friend" ? series.title : friend);

  stateOf = ({ state }) =>
    state !== "active" && h("span", { class: "chip" }, this.card.word("grant_state", state));

  saidOf(grant) {
    const count = this.card.count(grant);
    // How many a circle has is said of the group.
    const shown = this.by === "friend" ? { ...grant, members: null } : grant;
    return [this.card.purpose(shown), count && [" · ", count]];
  }

  // What can be done

  /** Return what grants can be stopped with, as one; `of` says whose they are. */
  actions(grants, of, withdraw) {
    const { card, words } = this;
    const going = grants.filter(({ state }) => state !== "ended");
    if (!going.length) return false;
    const [active, paused] = ["active", "paused"].map((state) =>
      going.filter((grant) => grant.state === state),
    );
    const act = (change, icon, onclick, look = "") =>
      button(undefined, icon, onclick, {
        class: `small icon ${look}`,
        disabled: going.some(({ key }) => card.busy.has(key)) || !card.hass.connected,
        title: words[change],
        "aria-label": `${words[change]}${card.text.colon}${of}`,
      });
    return chips(
      active.length > 0 && act("pause", "mdi:pause", () => card.change(active, "pause")),
      !active.length &&
        paused.length > 0 &&
        act("resume", "mdi:play", () => card.change(paused, "resume")),
      act("withdraw", "mdi:close", () => withdraw(going), "danger"),
    );
  }

  /** Return what can be looked at of a friend: the key, and what was consented to. */
  about({ kind, rows: [{ account, friend, friend_id: friendId, person }], standing }) {
    const { card } = this;
    const words = card.text.trust;
    const asked = { entry_id: account.entry_id, friend_id: friendId };
    const act = (label, icon, onclick) =>
      button(label, icon, onclick, {
        class: "small",
        "aria-label": `${label}${card.text.colon}${friend}`,
      });
    return chips(
      standing === "seen" &&
        card.keys.friends.get(person).fingerprint &&
        act(words.compare, "mdi:shield-outline", () =>
          card.keys.compare(account.entry_id, friendId),
        ),
      act(words.proof, "mdi:file-sign", () => card.keep({ type: "sen1/consent_proof", ...asked })),
      kind === "home" &&
        standing !== "keyless" &&
        act(words.their_journal, "mdi:download", () =>
          card.keep({ type: "sen1/export_journal", ...asked }),
        ),
    );
  }
}

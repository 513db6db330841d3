/** What leaves the house, by friend or by series: groups that unfold, stopped as one or by row. */

import { choice, pressable } from "../card.js";
import { chips, h, haIcon, listOf, subline } from "../dom.js";
import { selectOf } from "../fields.js";
import { inOne } from "../formats.js";
import { hasAll } from "../seeking.js";
import { finenessOf } from "./fineness.js";
import { Folding, OTHERS, SEARCHED } from "./folding.js";
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
import { rowButton, WIDE } from "./lists.js";
import { legendOf } from "./marks.js";

/** So few rows are all unfolded. */
const FEW = 6;
/** Of what is shared with one, so much is named. */
const NAMED = 2;

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
    return [
      grants.length > 1 && this.tools(grants, counts, others.length),
      h(
        "ha-card.flow",
        kept.length
          ? this.grouped(shown, others, this.groupRow, this.othersRow)
          : card.empty(words.none_found),
        legendOf(
          card.text.trust,
          kept.map((row) => standingIn(row, card.standingOf)),
        ),
        subline(words.servers_read),
      ),
    ];
  }

  // What is looked at

  tools(grants, counts, folded) {
    const { card } = this;
    const isNarrow = card.width < WIDE;
    const many = isNarrow ? groupsOf(grants, this.by, card.standingOf) : grants;
    // On a phone, the search comes with the others.
    const isSought = many.length >= SEARCHED && !(isNarrow && folded && !this.isOpen(OTHERS));
    return h(
      "div.tools",
      !isNarrow && this.grouping(),
      isSought && this.search(),
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

  groupRow = (group) => {
    const isOpen = this.isOpen(group.key);
    const { key, kind, name, standing } = group;
    return h(
      "li",
      h(
        "div",
        { class: isOpen ? "share-row open" : "share-row" },
        this.cells(group, group.lastSent, this.end(group), [
          this.headOf(key, [haIcon(ICONS[kind], { class: "kind" }), name], standing),
          h("p.under.within", this.summary(group)),
          this.stopped(group),
        ]),
        this.actions(group.rows, `${name}, ${this.countIn(group)}`, [name, this.by]),
      ),
      isOpen && [
        listOf("folded lined", group.rows, (grant) => this.row(grant)),
        this.by === "friend" && h("div.within", this.about(group)),
      ],
    );
  };

  row(grant) {
    const { state, series, friend, until } = grant;
    return h(
      "li",
      { class: state === "active" ? "grant share-row" : "grant share-row resting" },
      this.cells(grant, grant.last_sent, this.end({ rows: [grant], until, isOneEnd: true }), [
        this.nameOf(grant),
        state !== "active" && h("span.chip", this.card.word("grant_state", state)),
        subline(this.saidOf(grant)),
      ]),
      this.actions([grant], `${series.title}, ${friend}`),
    );
  }

  /** Return what it is, how fine, until when, and when something was sent. */
  cells = ({ detail }, sent, end, head) => [
    h("div", head),
    h("div", finenessOf(this.words, detail)),
    h("div", end),
    h("div.under.last", this.card.when(sent)),
  ];

  othersRow = (others) => {
    const { names, titles, detail, standing } = together(others);
    return h(
      "div.share-row",
      h(
        "div",
        this.headOf(OTHERS, this.words.other_homes(others.length), standing),
        h("p.under.within", `${names.join(", ")} · ${titles.join(", ")}`),
      ),
      h("div", finenessOf(this.words, detail)),
    );
  };

  // What is told of a group, and of a grant

  countIn = ({ rows }) => this.words[this.by === "friend" ? "series" : "friends"](rows.length);

  /** Return what a group is of, in a few words. */
  summary({ rows, paused, members }) {
    const { words } = this;
    const names = rows.map((row) => this.nameOf(row));
    const more = names.length - NAMED;
    const told = [
      `${names.slice(0, NAMED).join(", ")}${more > 0 ? ` ${words.and_more(more)}` : ""}`,
      Number.isInteger(members) && words.homes(members),
      paused > 0 && words.of_them_paused(paused),
    ];
    return inOne(told, " · ");
  }

  /** Say of a friend whose key has changed that nothing goes or comes, and lead to the answer. */
  stopped({ standing, kind, rows }) {
    if (standing !== "stopped" || this.by !== "friend") return false;
    const { text } = this.card;
    const [{ asked, friend }] = rows;
    return h(
      "div.wrong.within",
      `${kind === "circle" ? text.trust.of_a_member : text.trust.has_changed} ${text.trust.stopped}`,
      rowButton(this.card, text.answer, undefined, friend, () => this.card.keys.answer(asked)),
    );
  }

  /** Return when the first of some grants ends, and in how many days where that is soon. */
  end({ rows, until, isOneEnd }) {
    const now = Date.now();
    const soon = rows.find((grant) => grant.until === until && isEndingSoon(grant, now));
    const { words } = this;
    return [
      this.card.lastDay(until),
      soon
        ? h("p.under.bad", words.in_days(daysLeft(soon, now)))
        : !isOneEnd && subline(words.first_end),
    ];
  }

  nameOf = ({ series, friend }) => (this.by === "friend" ? series.title : friend);

  saidOf(grant) {
    const count = this.card.count(grant);
    // How many a circle has is said of the group.
    const shown = this.by === "friend" ? { ...grant, members: null } : grant;
    return [this.card.purpose(shown), count && [" · ", count]];
  }

  // What can be done

  /** Return what grants can be stopped with, as one; `of` says whose they are, `asked` of which name. */
  actions(grants, of, asked = []) {
    const { card, words } = this;
    const going = grants.filter(({ state }) => state !== "ended");
    if (!going.length) return false;
    const [active, paused] = ["active", "paused"].map((state) =>
      going.filter((grant) => grant.state === state),
    );
    const disabled = card.isOff;
    const act = (change, icon, onclick, look) =>
      rowButton(card, words[change], icon, of, onclick, { isIcon: true, look, disabled });
    return chips(
      active.length > 0 && act("pause", "mdi:pause", () => card.change(active, "pause")),
      !active.length &&
        paused.length > 0 &&
        act("resume", "mdi:play", () => card.change(paused, "resume")),
      act("withdraw", "mdi:close", () => card.withdraw(going, ...asked), "danger"),
    );
  }

  /** Return what can be looked at of a friend: the key, and what was consented to. */
  about({ kind, rows: [{ asked, friend, person }], standing }) {
    const { card } = this;
    const words = card.text.trust;
    const act = (label, icon, onclick) => rowButton(card, label, icon, friend, onclick);
    const keep = (type) => () => card.keep({ type, ...asked });
    return chips(
      standing === "seen" &&
        card.keys.friends.get(person).fingerprint &&
        act(words.compare, "mdi:shield-outline", () => card.keys.compare(asked)),
      act(words.proof, "mdi:file-sign", keep("sen1/consent_proof")),
      kind === "home" &&
        standing !== "keyless" &&
        act(words.their_journal, "mdi:download", keep("sen1/export_journal")),
    );
  }
}

/** What leaves the house, by friend or by series: groups that unfold, stopped as one or by row. */

import { button, choice, pressable } from "../card.js";
import { chips, columnHead, h, haIcon, listOf, subline, tableOf } from "../dom.js";
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

/** From so many rows on, they can be sought by name. */
const SEARCHED = 11;
/** So few rows are all unfolded. */
const FEW = 6;
const COLUMNS = 5;
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
  isSearching = false;

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
      grants.length > 1 && this.tools(counts),
      h(
        "ha-card",
        { class: "flow" },
        kept.length === 0 && card.empty(words.none_found),
        kept.length > 0 &&
          (card.width >= WIDE ? this.table(shown, others) : this.blocks(shown, others)),
        legendOf(card.text.trust, standings),
      ),
    ];
  }

  // What is looked at

  tools(counts) {
    const { words } = this;
    const isNarrow = this.card.width < WIDE;
    const isLong = counts.all >= SEARCHED;
    return h(
      "div",
      { class: isNarrow ? "tools narrow" : "tools" },
      choice(
        words.grouped,
        ["friend", "series"].map((by) => [words.by[by], this.by === by, () => this.set({ by })]),
        "either",
      ),
      isNarrow &&
        isLong &&
        button(undefined, "mdi:magnify", () => this.set({ isSearching: !this.isSearching }), {
          class: "icon",
          "aria-label": words.search,
          "aria-expanded": String(this.isSearching),
        }),
      isLong &&
        (!isNarrow || this.isSearching) &&
        searchField(words.search, this.query, (query) => this.set({ query })),
      this.filters(counts, isNarrow),
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

  // Wide

  table(shown, others) {
    const { words } = this;
    const heads = [words.first_column[this.by], words.detail, words.until, words.last_sent];
    return tableOf(
      { class: "left grouped" },
      [heads.map((name) => columnHead(name)), h("td")],
      [shown.map((group) => this.groupRows(group)), others.length > 0 && this.othersRows(others)],
    );
  }

  groupRows(group) {
    const isOpen = this.isOpen(group.key);
    const { formats } = this.card;
    return [
      h(
        "tr",
        { class: isOpen ? "open" : "" },
        h(
          "th",
          { scope: "row" },
          this.head(group),
          h("p", { class: "under within" }, this.summary(group)),
          this.stopped(group),
        ),
        h("td", null, this.detail(group)),
        h("td", null, this.end(group)),
        h("td", null, group.lastSent ? formats.ago(Date.parse(group.lastSent)) : "–"),
        h("td", { class: "end" }, this.groupActions(group)),
      ),
      isOpen && group.rows.map((grant) => this.row(grant)),
      isOpen &&
        this.by === "friend" &&
        h(
          "tr",
          { class: "inner" },
          h("td", { colspan: COLUMNS }, h("div", { class: "within" }, this.about(group))),
        ),
    ];
  }

  row(grant) {
    const { card, words } = this;
    return h(
      "tr",
      { class: grant.state === "active" ? "inner grant" : "inner grant resting" },
      h(
        "th",
        { scope: "row" },
        h(
          "div",
          { class: "within" },
          this.nameOf(grant),
          this.stateOf(grant),
          subline(this.saidOf(grant)),
        ),
      ),
      h("td", null, finenessOf(words, grant.detail)),
      h("td", null, this.until(grant)),
      h("td", null, card.when(grant.last_sent)),
      h("td", { class: "end" }, this.actions(grant, true)),
    );
  }

  othersRows(others) {
    const { names, titles, detail, standing } = together(others);
    const isOpen = this.isOpen(OTHERS);
    return [
      h(
        "tr",
        null,
        h(
          "th",
          { scope: "row", colspan: COLUMNS - 1 },
          this.headOf(OTHERS, this.words.other_homes(others.length), standing),
          h("p", { class: "under within" }, `${names.join(", ")} · ${titles.join(", ")}`),
        ),
        h("td", { class: "end" }, finenessOf(this.words, detail)),
      ),
      isOpen && others.map((group) => this.groupRows(group)),
    ];
  }

  // Narrow

  blocks(shown, others) {
    const isOpen = this.isOpen(OTHERS);
    const { detail, standing, titles } = others.length ? together(others) : {};
    return h(
      "ul",
      { class: "folded grouped" },
      shown.map((group) => this.groupBlock(group)),
      others.length > 0 &&
        h(
          "li",
          null,
          h(
            "div",
            { class: "line" },
            h(
              "div",
              null,
              this.headOf(OTHERS, this.words.other_homes(others.length), standing),
              h("p", { class: "under within" }, titles.join(", ")),
            ),
            finenessOf(this.words, detail),
          ),
          isOpen && listOf("folded", others, (group) => this.groupBlock(group)),
        ),
    );
  }

  groupBlock(group) {
    const isOpen = this.isOpen(group.key);
    const { formats } = this.card;
    const { rows, lastSent } = group;
    return h(
      "li",
      null,
      h(
        "div",
        { class: "line" },
        h(
          "div",
          null,
          this.head(group),
          h(
            "p",
            { class: "under within" },
            this.countIn(group),
            group.paused > 0 && `, ${this.words.of_them_paused(group.paused)}`,
            lastSent && ` · ${formats.ago(Date.parse(lastSent))}`,
          ),
          this.stopped(group),
        ),
        finenessOf(this.words, group.detail),
      ),
      isOpen && [
        listOf("folded", rows, (grant) => this.block(grant)),
        h(
          "div",
          { class: "within" },
          rows.length > 1 && [this.groupActions(group), subline(this.words.touch_a_row)],
          this.by === "friend" && this.about(group),
        ),
      ],
    );
  }

  block(grant) {
    const isOpen = this.isOpen(grant.key);
    const { card, words } = this;
    return h(
      "li",
      { class: grant.state === "active" ? "grant" : "grant resting" },
      h(
        "div",
        { class: "line" },
        h(
          "div",
          null,
          h(
            "button",
            {
              type: "button",
              class: "fold",
              "aria-expanded": String(isOpen),
              onclick: () => this.toggle(grant.key),
            },
            this.nameOf(grant),
          ),
          this.stateOf(grant),
          subline(
            `${words.until_day(card.lastDay(grant.until))} · `,
            card.when(grant.last_sent),
            isEndingSoon(grant, Date.now()) && this.soon(grant),
          ),
        ),
        finenessOf(words, grant.detail),
      ),
      isOpen && [subline(this.saidOf(grant)), this.actions(grant, false)],
    );
  }

  // What is told of a group, and of a grant

  head(group) {
    const { key, kind, name, standing } = group;
    return this.headOf(key, [haIcon(ICONS[kind], { class: "kind" }), name], standing);
  }

  headOf = (key, label, standing) =>
    h("div", { class: "head" }, this.fold(key, label), markOf(this.card.text.trust, standing));

  countIn({ rows }) {
    return this.by === "friend" ? this.words.series(rows.length) : this.words.friends(rows.length);
  }

  summary(group) {
    const { words, card } = this;
    const { readings, paused, members } = group;
    return [
      this.countIn(group),
      Number.isInteger(members) && words.homes(members),
      readings > 0 && words.points(readings, card.formats.number(readings)),
      paused > 0 && words.of_them_paused(paused),
    ]
      .filter(Boolean)
      .join(", ");
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
        () => this.card.answerKey({ entry_id: account.entry_id, friend_id: friendId, friend }),
        { class: "small", "aria-label": `${text.answer}${text.colon}${friend}` },
      ),
    );
  }

  detail(group) {
    return [finenessOf(this.words, group.detail), !group.isOneDetail && subline(this.words.finest)];
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

  groupActions(group) {
    const { card, words } = this;
    const { rows, name, active, paused } = group;
    const going = rows.filter(({ state }) => state !== "ended");
    if (!going.length) return false;
    const isOff = going.some(({ key }) => card.busy.has(key)) || !card.hass.connected;
    const said = (change) => `${words[change]}${card.text.colon}${name}, ${this.countIn(group)}`;
    // Under its rows, the words say that it acts on all of them.
    const label = (change) => (card.isWide ? words[change] : words.all_of[change](rows.length));
    const act = (change, state, icon) =>
      button(
        label(change),
        icon,
        () =>
          card.change(
            rows.filter((row) => row.state === state),
            change,
          ),
        { class: "small", disabled: isOff, "aria-label": said(change) },
      );
    return chips(
      active > 0 && act("pause", "active", "mdi:pause"),
      active === 0 && paused > 0 && act("resume", "paused", "mdi:play"),
      button(label("withdraw"), "mdi:close", () => card.withdraw(going, name, this.by), {
        class: "small danger",
        disabled: isOff,
        "aria-label": said("withdraw"),
      }),
    );
  }

  /** Return what one grant can be stopped with; `isShort` leaves the words to their icons. */
  actions(grant, isShort) {
    const { card, words } = this;
    if (grant.state === "ended") return false;
    const disabled = card.busy.has(grant.key) || !card.hass.connected;
    const act = (label, icon, onclick, more) =>
      button(isShort ? undefined : label, icon, onclick, {
        disabled,
        title: isShort && label,
        "aria-label": `${label}${card.text.colon}${grant.series.title}, ${grant.friend}`,
        class: `small ${isShort ? "icon" : ""} ${more ?? ""}`,
      });
    return chips(
      grant.state === "active" &&
        act(words.pause, "mdi:pause", () => card.change([grant], "pause")),
      grant.state === "paused" &&
        act(words.resume, "mdi:play", () => card.change([grant], "resume")),
      act(words.withdraw, "mdi:close", () => card.withdraw([grant]), "danger"),
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
          card.compareNumbers(account.entry_id, friendId),
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

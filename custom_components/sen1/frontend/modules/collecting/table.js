/** The members as a table, or as blocks on a phone; only what is unfolded is drawn. */

import { asked } from "../address.js";
import { button, pressable, WordedPart } from "../card.js";
import { columnHead, h, haIcon, subline, tableOf } from "../dom.js";
import { checkbox, searchField, selectOf, ticked, ticking, turn } from "../fields.js";
import { inOne } from "../formats.js";
import { WIDE } from "../sharing/lists.js";
import { lackOf, lastOf, sinceOf } from "./lacking.js";
import { COLUMNS, FILTERS, found, MORE, partsOf, sharesOf, sorted, written } from "./members.js";
import { confirmingOf } from "./projects.js";

const ICONS = {
  up_to_date: "mdi:check-circle",
  silent: "mdi:sleep",
  waiting: "mdi:timer-sand",
  paused: "mdi:pause",
};
const NUMBERS = ["shares"];

/** Drawn for a card, which writes notes, removes, and shows readings. */
export class Table extends WordedPart {
  filter = FILTERS.find((one) => one === asked("state")) ?? "all";
  query = "";
  more = new Map();
  chosen = new Set();
  column = "state";
  isUp = true;

  /** Return the members that are sought, in order; folded ones too. */
  shownOf = ({ members }) =>
    sorted(found(members, this.filter, this.query), this.column, this.isUp);

  /** Return the numbers that are chosen, of members that are still there. */
  chosenOf = ({ members }) =>
    members.map(({ number }) => number).filter((number) => this.chosen.has(number));

  content(collection) {
    const { card, words } = this;
    const { members } = collection;
    const sortedBy = this.column === "state" ? words.gesture_first : words.columns[this.column];
    const title = card.title("mdi:account-group", words.title, words.sorted_by(sortedBy));
    if (!members.length) {
      return [title, h("ha-card", card.empty(words.nobody, words.nobody_next))];
    }
    const rows = this.shownOf(collection);
    const hasShares = members.some(({ shares }) => shares !== null);
    const columns = COLUMNS.filter((column) => column !== "shares" || hasShares);
    const parts = partsOf(rows, this.column, this.more);
    const isWide = card.width >= WIDE;
    return [
      title,
      this.tools(collection, rows, columns, isWide),
      h(
        "ha-card.members",
        this.bar(collection, rows),
        rows.length === 0 && card.empty(words.not_found),
        rows.length > 0 && (isWide ? this.table(parts, columns) : this.blocks(parts)),
        rows.length > 0 && this.totals(rows, parts),
      ),
      h("p.foot-note", words.explained),
    ];
  }

  tools(collection, rows, columns, isWide) {
    const { card, words } = this;
    const counts = { ...collection.counts, all: collection.counts.came };
    const { formats } = card;
    return h(
      "div.searching",
      searchField(words.search, this.query, (query) => this.set({ query, more: new Map() })),
      FILTERS.filter((one) => one === "all" || counts[one] > 0 || one === this.filter).map((one) =>
        pressable(
          [`${words.chips[one]}\u00a0`, h("b", formats.number(counts[one]))],
          one === this.filter,
          () => this.set({ filter: one, more: new Map() }),
          { class: "small" },
        ),
      ),
      !isWide && this.order(columns),
      button(words.csv, "mdi:download", () => card.keep(rows), { class: "small" }),
    );
  }

  order(columns) {
    const { words, column } = this;
    const all = columns.map((one) => [one, words.columns[one]]);
    const choose = (one) => this.sort(one, true);
    return selectOf(all, column, choose, { "aria-label": words.sort });
  }

  sort = (column, isUp) => this.set({ column, isUp, more: new Map() });

  /** Return what can be done with those that are chosen, and the tick that chooses all. */
  bar(collection, rows) {
    const { card, words } = this;
    const { members } = collection;
    const chosen = this.chosenOf(collection);
    const areAll = rows.length > 0 && rows.every(({ number }) => this.chosen.has(number));
    const chooseAll = (areChosen) => {
      for (const { number } of rows) turn(this.chosen, number, areChosen);
      card.redraw();
    };
    const [only] = chosen.length === 1 ? members.filter(({ number }) => number === chosen[0]) : [];
    const deed = (label, icon, act, look = "small") => card.deed(label, icon, act, { class: look });
    return h(
      "div.chosen-bar",
      ticked(
        h(
          "span",
          { role: "status" },
          chosen.length ? words.chosen(chosen.length) : words.choose_all(rows.length),
        ),
        areAll,
        chooseAll,
        // What is said beside it tells of news, and is no name.
        { "aria-label": words.choose_all(rows.length) },
      ),
      chosen.length > 0 &&
        deed(words.note, "mdi:email-outline", () => card.write(collection, chosen)),
      only &&
        this.readable(only).map((id) => {
          const name = card.hass.states[id]?.attributes.friendly_name ?? id;
          return button(words.readings, "mdi:chart-line", () => card.showMore(id), {
            class: "small",
            "aria-label": `${words.readings}${card.text.colon}${name}`,
            title: name,
          });
        }),
      only?.matched &&
        deed(words.unmatch(only.matched.name), "mdi:link-variant-off", () => card.unmatch(only)),
      only &&
        deed(
          words.remove(written(only.number)),
          "mdi:account-remove",
          () => card.remove(only),
          "small danger",
        ),
      chosen.length > 1 && h("span.under", words.note_help(collection.account)),
    );
  }

  readable = ({ entities }) => entities.filter((id) => id in this.card.hass.states);

  table(parts, columns) {
    const { words } = this;
    const heads = [
      columnHead(h("span.hidden", words.choose_column)),
      columns.map((column) => this.head(column)),
    ];
    const rows = parts.map(({ key, shown, hidden }) => [
      shown.map((member) => this.row(member, columns)),
      hidden > 0 &&
        h("tr.folds", h("td", { colspan: columns.length + 1 }, this.unfold(key, hidden))),
    ]);
    return tableOf(null, heads, rows);
  }

  head(column) {
    const { words } = this;
    const isSorted = column === this.column;
    const arrow = this.isUp ? " ↑" : " ↓";
    return h(
      "th",
      {
        scope: "col",
        class: NUMBERS.includes(column) ? "number" : "",
        "aria-sort": isSorted && (this.isUp ? "ascending" : "descending"),
      },
      button(
        [words.columns[column], isSorted && h("span", { "aria-hidden": "true" }, arrow)],
        undefined,
        () => this.sort(column, !isSorted || !this.isUp),
      ),
    );
  }

  row(member, columns) {
    const { card } = this;
    const { number } = member;
    const said = confirmingOf(member, this.words, card.formats);
    const confirming = said && subline(said);
    const cells = {
      number: () => h("th", { scope: "row" }, written(number)),
      name: () => h("td", this.nameOf(member)),
      since: () => h("td", sinceOf(member, card.formats)),
      shares: () => h("td.number", card.formats.number(member.shares), confirming),
      last: () => h("td", lastOf(member, card.formats)),
      coverage: () => h("td", this.gauge(member)),
      state: () => h("td", this.stateOf(member)),
      lacks: () => h("td.soft", lackOf(member, this.words, card.formats)),
    };
    return h(
      "tr",
      { class: this.chosen.has(number) ? "chosen" : "" },
      h("td", h("label.tap", this.tick(number))),
      columns.map((column) => cells[column]()),
    );
  }

  tick(number) {
    const { words, chosen, card } = this;
    const choose = ticking(chosen, number, () => card.redraw());
    const label = words.choose(written(number));
    return checkbox(chosen.has(number), choose, { "aria-label": label });
  }

  nameOf = ({ name }) => name || h("span.soft", this.words.no_name);

  gauge({ coverage }) {
    if (coverage === null) return "–";
    return h(
      "span.gauge",
      h("i", { "aria-hidden": "true" }, h("b", { style: `width:${coverage}%` })),
      this.card.formats.percent(coverage),
    );
  }

  stateOf = ({ state }) =>
    h("span", { class: `state ${state}` }, haIcon(ICONS[state]), this.words.states[state]);

  /** Return the members one under the other, each with what a phone has room for. */
  blocks(parts) {
    return h(
      "ul.each",
      parts.map(({ key, shown, hidden }) => [
        shown.map((member) => this.block(member)),
        hidden > 0 && h("li.folds", this.unfold(key, hidden)),
      ]),
    );
  }

  block(member) {
    const { card, words } = this;
    const { number, shares, coverage } = member;
    const { formats } = card;
    const said = [
      lackOf(member, words, formats),
      member.state === "up_to_date" && lastOf(member, formats),
      coverage !== null && formats.percent(coverage),
      shares !== null && words.parts(shares),
      confirmingOf(member, words, formats),
    ];
    return h(
      "li",
      { class: this.chosen.has(number) ? "chosen" : "" },
      h(
        "label",
        this.tick(number),
        h("span.who", `${written(number)} `, this.nameOf(member)),
        this.stateOf(member),
        h("span.under", inOne(said, " · ")),
      ),
    );
  }

  unfold(key, hidden) {
    const { words, more, card } = this;
    const onclick = () => {
      more.set(key, (more.get(key) ?? 0) + MORE);
      card.redraw();
    };
    return button(words.others[key](hidden), "mdi:chevron-right", onclick);
  }

  totals(rows, parts) {
    const { words } = this;
    const shown = parts.reduce((sum, part) => sum + part.shown.length, 0);
    const shares = sharesOf(rows);
    return h(
      "div.totals",
      h("strong", words.total(rows.length, shares === null ? "" : words.parts(shares))),
      h("span.under", words.shown(shown, rows.length - shown)),
    );
  }
}

/** Return the columns of a file of members, as `keepTable` takes them. */
export function columnsOf(rows, words, formats) {
  const column = (key, value, digits) => ({
    title: words.columns[key],
    values: rows.map(value),
    digits,
  });
  const date = (time) => (time ? time.slice(0, 16).replace("T", " ") : "");
  return [
    column("number", ({ number }) => written(number)),
    column("name", ({ name }) => name),
    column("since", ({ since }) => date(since)),
    column("shares", ({ shares }) => shares),
    ...(rows.some(({ register }) => register)
      ? [column("register", (member) => confirmingOf(member, words, formats) ?? "")]
      : []),
    column("last", ({ last }) => date(last)),
    { ...column("coverage", ({ coverage }) => coverage), title: `${words.columns.coverage}, %` },
    column("state", ({ state }) => words.states[state]),
    column("lacks", (member) => lackOf(member, words, formats)),
    column("charter", ({ charter_version: version }) => version),
  ];
}

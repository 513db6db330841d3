/** Who of this Home Assistant may do what: a row a user, a column a place. */

import { Asking } from "../asking.js";
import { columnHead, h, haIcon, subline, tableOf } from "../dom.js";
import { selectOf } from "../fields.js";
import { isAdministrator } from "../roles.js";
import { sheetOf } from "../style.js";

/** Where Home Assistant has its accounts. */
const ACCOUNTS = "/config/users";

/** Pixels that a name and each place take of a table. */
const NAME = 220;
const COLUMN = 150;

const sheet = sheetOf(`
  .page-head { display: flex; gap: 8px 16px; align-items: center; flex-wrap: wrap; margin: 0 4px 12px; }
  .page-head h2 { font-size: 20px; font-weight: 400; }
  .page-head .grow { flex-basis: 260px; }
  ha-card, .pale { height: auto; margin-bottom: 12px; }
  .pale { background: var(--pale-back); }
  .roles thead th + th { text-align: center; }
  .roles td { text-align: center; color: var(--soft); }
  .who { display: flex; gap: 12px; align-items: center; overflow-wrap: anywhere; }
  .who .round { background: var(--pale-back); color: var(--soft); }
  .narrow thead { display: none; }
  .narrow tr { display: block; border-top: var(--edge); padding-block: 8px; }
  .narrow tr:first-child { border: 0; }
  .narrow th, .narrow td { display: flex; justify-content: space-between; align-items: center; gap: 12px; border: 0; padding: 4px; }
  .narrow td::before { content: attr(data-place); color: var(--text); text-align: start; min-width: 0; overflow-wrap: anywhere; }
  .gives { padding: 0 4px; margin: 0 0 12px; font-size: 13px; }
  .gives dt { font-weight: 500; margin-top: 8px; }
  .gives dd { margin: 0; color: var(--soft); }
  .gives dd:last-child { margin-top: 8px; }
`);

export default class Roles extends Asking {
  static asks = "sen1/roles";
  static page = "roles";
  static words = ["roles"];
  static sheets = [sheet];
  static isSized = true;

  page({ places, users }) {
    const { words } = this;
    const add = this.adder(ACCOUNTS, words.add, false);
    const head = h(
      "div.page-head",
      h("div.grow", h("h2", this.text.views.roles), subline(words.of)),
      add,
    );
    if (users.every(isAdministrator)) {
      return [head, h("ha-card", this.empty(words.nobody, words.nobody_next, add))];
    }
    const isNarrow = this.width < NAME + COLUMN * places.length;
    const heads = [columnHead(words.account), places.map(({ title }) => columnHead(title))];
    const rows = users.map((user) =>
      h(
        "tr",
        h("th", { scope: "row" }, this.who(user)),
        places.map((place) => h("td", { "data-place": place.title }, this.cell(user, place))),
      ),
    );
    return [
      this.told(),
      head,
      h("ha-card", tableOf({ class: isNarrow ? "roles narrow" : "roles" }, heads, rows)),
      this.legend(new Set(places.map(({ kind }) => kind))),
      h("div.alert.pale", haIcon("mdi:information-outline"), h("div", words.reads_all)),
    ];
  }

  who(user) {
    const isAdmin = isAdministrator(user);
    return h(
      "div.who",
      h("span.round", haIcon(isAdmin ? "mdi:shield-account" : "mdi:account")),
      h("div", h("strong", user.name), isAdmin && subline(this.words.administers)),
    );
  }

  /** Return what a user may of a place, to be changed; an administrator may all. */
  cell(user, place) {
    const { words } = this;
    if (isAdministrator(user)) {
      return [haIcon("mdi:check"), h("span.hidden", words.all)];
    }
    const role = user.roles[place.id];
    const all = place.may.map((one) => [one, words.may[one]]);
    return selectOf(all, role, (given, select) => this.give(user, place, given, select), {
      "aria-label": words.role_of(user.name, place.title),
      disabled: this.isOff,
    });
  }

  async give(user, place, role, select) {
    const before = user.roles[place.id];
    // It is shown at once, and taken back if it is refused.
    user.roles[place.id] = role;
    const asked = { type: "sen1/give_role", user: user.id, place: place.id, role };
    if (!(await this.change(asked, this.words.not_given))) {
      user.roles[place.id] = before;
      this.redraw();
    }
    // What is greyed meanwhile loses the focus.
    select.focus();
  }

  /** Return what each role gives, of the kinds of places that there are. */
  legend(kinds) {
    const { words } = this;
    return h(
      "dl.gives",
      Object.entries(words.gives)
        .filter(([kind]) => kinds.has(kind))
        .map(([, { title, ...roles }]) => [
          h("dt", title),
          Object.entries(roles).map(([role, what]) =>
            h("dd", words.may[role], this.text.colon, what),
          ),
        ]),
      h("dd", words.administrators),
    );
  }
}

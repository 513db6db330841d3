/** What one does with others: friends, the ranking, and what one takes part in; of a friend, a page. */

import { asked, move, pageBeside } from "../address.js";
import { Card } from "../card.js";
import { chips, h, haIcon, listOf, named } from "../dom.js";
import { givers, ours } from "../installation.js";
import { listed } from "../listed.js";
import { isWaiting, tell } from "../next.js";
import { opener } from "../opener.js";
import { placeSheet } from "../place.js";
import { Known } from "../sharing/known.js";
import { sitesOf } from "../sites.js";
import { Friends } from "../together/friends.js";
import { Ranking } from "../together/ranking.js";
import { sheet } from "../together/style.js";
import { Turn } from "../turn.js";

/** What the page of a friend is asked for by. */
const FRIEND = "friend";

export default class Together extends Card {
  static tag = "div";
  static readsEach = 15_000;
  static words = ["together", "next"];
  static sheets = [placeSheet, sheet];

  turn = new Turn(this);
  keys = new Known(this);
  friends = new Friends(this);
  ranking = new Ranking(this);

  get words() {
    return this.text.together;
  }

  watched() {
    const { entities, devices } = this.hass;
    if (this.known?.entities !== entities || this.known.devices !== devices) {
      const theirs = new Set(givers(this.hass).map(({ id }) => id));
      const isShown = ({ device_id: id, translation_key: key }) =>
        theirs.has(id) || /^(rank|holding_)/.test(key ?? "");
      this.known = { entities, devices, rows: ours(this.hass).filter(isShown) };
    }
    return [entities, devices, ...this.statesOf(this.known.rows)];
  }

  /** Whether this person looks at what friends tell, and not at a challenge or a collection alone. */
  get isLooking() {
    return this.may("others", this.site);
  }

  async read() {
    if (!this.hass.connected) return;
    this.turn.read();
    this.keys.read();
    this.page?.read();
    this.fetched.parts?.read();
    // Without it there is a page all the same.
    await sitesOf(this.hass).catch(() => undefined);
    this.redraw();
  }

  /** Show a friend or all of them; who reads on with the keyboard goes on there. */
  moved() {
    const left = this.shown;
    this.redraw();
    if (left === this.shown) return;
    const there = this.shown ? "h1[tabindex]" : `[data-friend="${left}"]`;
    this.frame.querySelector(there)?.focus();
  }

  content() {
    this.shown = asked(FRIEND);
    const friend = this.shown && this.isLooking && this.friends.find(this.shown);
    return friend ? this.friendPage(friend) : this.overview();
  }

  /** Return the link to the page of a friend, or without one to all. */
  toFriend(id, look, ...children) {
    const onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.button) return;
      event.preventDefault();
      move({ [FRIEND]: id });
    };
    const href = pageBeside("together", { [FRIEND]: id });
    return h("a", { href, onclick, "data-friend": id, ...look }, children);
  }

  get page() {
    return this.shown && this.fetched.friend;
  }

  friendPage(friend) {
    const { words } = this;
    const page = this.needed("friend", async () =>
      (await import("../together/friend.js")).pageOf(this),
    );
    return [
      h(
        "div.who.place-row",
        this.toFriend(
          undefined,
          { class: "button icon", "aria-label": words.all_friends },
          haIcon("mdi:arrow-left"),
        ),
        h("h1", { tabindex: "-1" }, friend.name),
      ),
      page?.content(friend) ?? h("ha-card", this.loading(240)),
    ];
  }

  overview() {
    const { text, words } = this;
    const decides = this.may("friends");
    const parts = this.needed("parts", async () =>
      (await import("../together/parts.js")).partsOf(this),
    );
    const names = this.keys.accounts?.map(({ name }) => name);
    return [
      h(
        "div.who.place-row",
        names?.length > 0 && [
          h("h1.pill", haIcon("mdi:account-group"), listed([...new Set(names)], text)),
          h("span.under.grow", words.name_seen),
        ],
        decides && this.wayTo("invite", "mdi:account-plus", text.views.invite, "strong"),
        this.may("set_up") &&
          parts?.collections?.length > 0 &&
          opener(this, words.organise, { subentry: "friend", steps: ["collection"] }),
      ),
      this.turn.content(),
      this.isLooking && h("div.two", this.friends.content(), this.ranking.content()),
      h("div.columns.auto.parts", parts?.content()),
      decides ? this.foot() : this.isLooking && h("p.note", words.looks_only),
    ];
  }

  /** Return the way to a page beside this one, where the dashboard has it. */
  wayTo(page, icon, label, look = "") {
    const path = this.config[page];
    return path && this.lead(pageBeside(path), { class: `button ${look}` }, haIcon(icon), label);
  }

  /** Return a line of a list that leads somewhere. */
  line = (path, ...told) =>
    this.lead(path, { class: "line" }, lineOf(...told), haIcon("mdi:chevron-right"));

  /** Return what begins something else with others, and who is waited for. */
  foot() {
    const { text, formats, words } = this;
    const waiting = (this.turn.next.rows ?? []).filter(isWaiting);
    return [
      chips(
        this.wayTo("participate", "mdi:qrcode", words.received_invitation),
        opener(this, words.add_shares, { subentry: "shareholding" }, { icon: "mdi:solar-power" }),
        opener(
          this,
          words.add_friend,
          { subentry: "friend" },
          { icon: "mdi:account-multiple-plus" },
        ),
      ),
      waiting.length > 0 &&
        listOf("waiting", waiting, (row) => {
          const { icon, path, title, under } = tell(row, text, formats);
          // It is here that others lead to.
          const isHere = ["friends", "together"].includes(path);
          const told = [icon, title, under];
          return h("li", isHere ? h("div.line", lineOf(...told)) : this.line(path, ...told));
        }),
    ];
  }
}

const lineOf = (icon, title, under) => [haIcon(icon), named(title, under)];

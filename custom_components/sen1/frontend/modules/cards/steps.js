/** What to do next, one click away: nothing when all is done. */

import { ADD, Card, PAGE } from "../card.js";
import { h } from "../dom.js";

const STEPS = {
  add_meter: { icon: "mdi:meter-electric-outline", path: ADD },
  add_home: { icon: "mdi:home-lightning-bolt-outline", path: ADD },
  add_tariff: { icon: "mdi:cash-clock", path: PAGE },
  add_account: { icon: "mdi:account-key-outline", path: ADD },
  publish: { icon: "mdi:share-variant", path: PAGE },
  add_friend: { icon: "mdi:account-multiple-plus", path: PAGE },
  add_shares: { icon: "mdi:currency-eur", path: PAGE },
};

export default class Steps extends Card {
  content() {
    const names = (this.config.steps ?? Object.keys(STEPS)).filter((name) => name in STEPS);
    return names.map((name) => this.step(STEPS[name], this.text.steps[name]));
  }

  step({ icon, path }, [title, why]) {
    return h(
      "a",
      { href: path, class: "step", onclick: (event) => this.follow(event, path) },
      h("span", { class: "round" }, h("ha-icon", { icon, "aria-hidden": "true" })),
      h("div", null, h("div", null, title), h("div", { class: "under" }, why)),
      h("ha-icon", { icon: "mdi:chevron-right", "aria-hidden": "true" }),
    );
  }
}

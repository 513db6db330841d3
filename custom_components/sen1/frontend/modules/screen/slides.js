/** What a screen shows, one after the other: cards of the dashboard, each made once. */

import { h } from "../dom.js";
import { cardSheet } from "./style.js";

const CARDS = {
  teams: [["screen/teams"]],
  figures: [["screen/figures"]],
  now: [["screen/now", { part: "now" }]],
};

/** Return a slide, once what it is made of was fetched. */
export async function slideOf(name, { site }) {
  const parts = CARDS[name] ?? [["cards/wall", { screens: [name] }]];
  const made = await Promise.all(parts.map(([path]) => import(`../${path}.js`)));
  return new Slide(
    name,
    made.map(({ default: Card }, i) => [Card, { site: site.id, ...parts[i][1] }]),
  );
}

class Slide {
  constructor(name, parts) {
    this.place = h("div", { class: `slide ${name}` });
    this.cards = parts.map(([Card, config]) => {
      const host = h("div");
      host.attachShadow({ mode: "open" });
      this.place.append(host);
      const card = new Card(host);
      host.shadowRoot.adoptedStyleSheets.push(cardSheet);
      card.configure(config);
      return card;
    });
  }

  take = (hass) => Promise.all(this.cards.map((card) => card.take(hass)));

  enter() {
    for (const card of this.cards) {
      card.connect();
      card.redraw();
    }
  }

  leave() {
    for (const card of this.cards) card.disconnect();
  }
}

/** The first visit: how a home becomes known, the quickest way first; one is enough. */

import { pageBeside } from "../address.js";
import { ADD } from "../card.js";
import { h, haIcon, named } from "../dom.js";

/** Each way in: what it is called in words, its picture, and where it begins. */
const WAYS = [
  ["link", "mdi:link-variant", () => pageBeside("participate")],
  ["enedis", "mdi:cloud-download-outline", () => ADD],
  ["live", "mdi:power-plug-outline", () => ADD],
  ["file", "mdi:file-upload-outline", () => ADD],
];

/** Return the ways in, for who may add something; others are told who can. */
export function begin(card) {
  const words = card.text.home.begin;
  if (!card.may("set_up")) return [h("ha-card", null, card.empty(words.none, words.none_next))];
  return [
    h("h1", null, words.title),
    h("p", { class: "lead" }, words.one_is_enough),
    WAYS.map(([key, icon, path]) => {
      const [title, under, when] = words.ways[key];
      return h(
        "ha-card",
        null,
        card.lead(
          path(),
          { class: "step" },
          h("span", { class: "round" }, haIcon(icon)),
          h("div", null, named(title, under), when && h("span", { class: "chip" }, when)),
          haIcon("mdi:chevron-right"),
        ),
      );
    }),
    h("p", { class: "nothing-out" }, haIcon("mdi:lock", { class: "good" }), words.nothing_leaves),
  ];
}

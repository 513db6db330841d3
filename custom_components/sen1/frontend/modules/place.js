/** Whose figures a page shows: the home's name, which leads to the others where there are several. */

import { button } from "./card.js";
import { h, haIcon } from "./dom.js";
import { siteIcon } from "./sites.js";
import { sheetOf, wear } from "./style.js";

/** Return the row above a page: whose it is, and at its end what the page has to say or to choose. */
export function placeRow(card, ...aside) {
  wear(card, placeSheet);
  return h("div.place-row", pill(card), h("div.place-aside", aside));
}

function pill(card) {
  const { sites, site, text } = card;
  if (!site) return false;
  const told = card.isAll
    ? [haIcon(siteIcon("other")), text.all_sites]
    : [card.pictureOf(site) || haIcon(siteIcon(site.kind)), site.name];
  if (sites.length < 2 || card.config.site) return h("h1.pill", told);
  const open = ({ currentTarget }) =>
    card.attempt(async () => (await import("./homes.js")).choose(card, currentTarget));
  return h(
    "h1",
    button([told, haIcon("mdi:chevron-down")], undefined, open, {
      class: "pill",
      "aria-haspopup": "dialog",
      "aria-description": text.which_site,
    }),
  );
}

export const placeSheet = sheetOf(`
  .place-row, .place-aside { display: flex; flex-wrap: wrap; align-items: center; }
  .place-row { gap: 8px 16px; min-height: 56px; }
  .place-row h1 { margin: 0; font: inherit; min-width: 0; }
  .place-row .pill {
    min-height: 40px;
    max-width: 100%;
    border-radius: 20px;
    padding: 0 16px;
    display: inline-flex;
    align-items: center;
    gap: 8px;
    border: var(--edge);
    background: var(--back);
    color: var(--text);
    font-size: 16px;
    font-weight: 500;
    --mdc-icon-size: 22px;
    box-sizing: border-box;
  }
  .place-row .pill ha-icon:first-child { color: var(--accent) !important; }
  .pill .picture { width: 28px; height: 28px; border-radius: 50%; margin-inline-start: -8px; }
  .place-aside { flex: 1; gap: 8px; justify-content: flex-end; color: var(--soft); font-size: 13px; }
`);

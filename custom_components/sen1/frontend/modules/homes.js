/** The list of the homes, from which one is chosen: fetched as the home's name is pressed. */

import { move, pageBeside } from "./address.js";
import { button } from "./card.js";
import { h, haIcon, listOf, named } from "./dom.js";
import { perDay } from "./fetched.js";
import { ENERGY_DIGITS } from "./formats.js";
import { first, isReadByHand, powerOf, within } from "./installation.js";
import { opener } from "./opener.js";
import { FEW_SITES, isRoof, siteIcon, siteOf } from "./sites.js";
import { sheetOf, wear } from "./style.js";

/** Open the list of the sites under the name, on a phone at its foot. */
export function choose(card, under) {
  const { sites, text } = card;
  wear(card, sheet);
  const { left, bottom } = under.getBoundingClientRect();
  const isMany = sites.length > FEW_SITES;
  const show = (site) => () => {
    dialog.close();
    move({ site: site === siteOf(sites) && !isMany ? undefined : site?.id });
  };
  const lead = (path, icon, label) => card.lead(path, { class: "button" }, haIcon(icon), label);
  const dialog = h(
    "dialog",
    {
      class: `${card.frame.className} sites-of`,
      style: `--left: ${Math.round(left)}px; --top: ${Math.round(bottom + 6)}px`,
      "aria-labelledby": "which-site",
      onclose: () => dialog.remove(),
      onclick: ({ target }) => target === dialog && dialog.close(),
    },
    h("span.handle", { "aria-hidden": "true" }),
    h("h2", { id: "which-site" }, text.which_site),
    listOf("list", isMany ? [undefined, ...sites] : sites, (site) =>
      h("li", site ? line(card, site, show(site)) : allOf(card, show())),
    ),
    h(
      "div.chips",
      lead(pageBeside("buildings", { site: undefined }), "mdi:table", text.side_by_side),
      opener(card, text.add_site, { steps: ["home"] }),
      button(text.close, undefined, () => dialog.close(), { class: "text" }),
    ),
  );
  card.root.append(dialog);
  dialog.showModal();
}

/** Return the line of all sites, on the first page of a town. */
const allOf = ({ text, isAll }, onclick) =>
  choiceOf("other", [text.all_sites], false, isAll, onclick);

/** Return the line of a site: how it is known, and its last figure. */
function line(card, site, onclick) {
  const { hass, sites, formats } = card;
  const here = within(hass, sites, site);
  const area = site.floor_area && formats.quantity(site.floor_area, "m²");
  const under = [site.commune, area, howKnown(card, here, site)].filter(Boolean).join(", ");
  const [energy, of] = lastFigure(card, here, site);
  const amount = energy !== undefined && [
    formats.quantity(energy, "kWh", ENERGY_DIGITS),
    h("span.under", of),
  ];
  return choiceOf(
    site.kind,
    [site.name, under],
    amount,
    site === card.site && !card.isAll,
    onclick,
  );
}

const choiceOf = (kind, told, amount, isShown, onclick) =>
  button(
    [
      h("span.round", haIcon(siteIcon(kind))),
      named(...told),
      amount && h("span.amount", amount),
      haIcon(isShown ? "mdi:check" : ""),
    ],
    undefined,
    onclick,
    { "aria-current": isShown && "true" },
  );

/** Return how a site is known: at this moment, as somebody read it, or until which day. */
function howKnown({ hass, formats, text }, here, site) {
  if (hass.states[powerOf(here, site)]) return text.known_live;
  const what = isRoof(site) ? "produced" : "bought";
  const entity = first(here, `${what}_year`, `${what}_yesterday`);
  const known = Date.parse(hass.states[entity]?.attributes.known_until);
  if (!known) return undefined;
  const day = formats.date(known - 1, { day: "numeric", month: "short" });
  return text[isReadByHand(here) ? "read_by_hand_on" : "known_until"](day);
}

/** Return the newest energy that is known of a site, and of what it is. */
function lastFigure(card, here, site) {
  const { text, hass } = card;
  const what = isRoof(site) ? "produced" : "bought";
  const [today, yesterday] = ["day", "yesterday"].map((one) =>
    card.value(first(here, `${what}_${one}`)),
  );
  if (today !== undefined) return [today, text.this_day];
  if (yesterday !== undefined) return [yesterday, text.this_yesterday];
  return isReadByHand(here) ? [perDay(hass, here)?.energy, text.a_day] : [];
}

const sheet = sheetOf(`
  .sites-of { margin: 0; left: var(--left); top: var(--top); width: 420px; }
  .sites-of .handle { display: none; }
  .sites-of .list > li { padding: 0; }
  .sites-of .list button {
    flex: 1;
    border: 0;
    border-radius: 8px;
    padding: 10px 4px;
    gap: 12px;
    color: var(--text);
    text-align: start;
  }
  .sites-of .list button > div { flex: 1; min-width: 0; }
  .sites-of .list button > ha-icon { width: 24px; }
  .sites-of .amount { text-align: end; }
  .sites-of .amount .under { display: block; }
  @media (width < 600px) {
    .sites-of {
      inset: auto 0 0;
      width: auto;
      max-width: none;
      border-radius: 24px 24px 0 0;
      max-height: 85vh;
      overflow: auto;
    }
    .sites-of .handle { display: block; width: 36px; height: 4px; border-radius: 2px; margin: -8px auto 12px; background: var(--axis); }
    .sites-of .chips { display: grid; }
    .sites-of .chips > * { justify-content: center; }
  }
`);

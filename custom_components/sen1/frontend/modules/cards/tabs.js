/** The pages at the foot of a phone: an icon and a word each; where a page has moved, the way there. */

import { pageBeside } from "../address.js";
import { Card } from "../card.js";
import { h, haIcon } from "../dom.js";
import { sheetOf } from "../style.js";

export default class Tabs extends Card {
  static tag = "nav";

  content() {
    const { pages, moved } = this.config;
    if (moved) {
      this.replace(pageBeside(...moved));
      return [];
    }
    const here = location.pathname.split("/").at(-1);
    this.frame.setAttribute("aria-label", this.text.pages);
    return pages.map(({ path, title, icon }) =>
      this.lead(
        pageBeside(path),
        { class: "tab", "aria-current": path === here && "page" },
        h("span.tab-icon", haIcon(icon)),
        h("span", title),
      ),
    );
  }

  /** Lead on to where a page is now; Back does not come here again. */
  replace(path) {
    if (!this.isShown || this.isLed) return;
    this.isLed = true;
    history.replaceState(history.state, "", path);
    window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: true } }));
  }

  static sheets = [
    sheetOf(`
      :host { min-height: 64px; }
      nav {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
        min-height: 64px;
        background: var(--back);
        border-top: var(--edge);
      }
      /* Home Assistant leaves room below what stands at the foot of a view. */
      @media (width < 870px) {
        nav {
          position: fixed;
          inset: auto 0 0;
          padding-bottom: var(--safe-area-inset-bottom, env(safe-area-inset-bottom));
          z-index: 1;
        }
      }
      .tab {
        display: grid;
        align-content: center;
        justify-items: center;
        gap: 2px;
        font-size: 12px;
        color: var(--soft);
        text-decoration: none;
        overflow-wrap: anywhere;
        text-align: center;
      }
      .tab[aria-current] { color: var(--accent); font-weight: 500; }
      .tab-icon { display: grid; place-items: center; width: 54px; height: 28px; border-radius: 14px; }
      .tab[aria-current] .tab-icon { background: var(--accent-back); }
    `),
  ];
}

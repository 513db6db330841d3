/** The panel in which is chosen what to compare with: sought by its name, in its groups; a sheet on a phone. */

import { button } from "../card.js";
import { h, haIcon, listOf, subline } from "../dom.js";
import { checkbox, searchField, turn } from "../fields.js";
import { hasAll } from "../seeking.js";
import { opened } from "../sharing/dialogue.js";
import { sheetOf, wear } from "../style.js";

/** Of a group so many are shown before one asks for all. */
const FEW = 4;

/** Return groups with what all of some words fit, in the name, place or unit; some only show once sought. */
export function sought(groups, words) {
  const isFound = hasAll(words);
  return groups
    .filter(({ isSought }) => words.trim() || !isSought)
    .map((group) => ({
      ...group,
      series: group.series.filter(({ full, name, unit = "" }) =>
        isFound(`${group.name} ${full ?? name} ${unit}`),
      ),
    }))
    .filter(({ series }) => series.length);
}

/**
 * A panel of a card; `groups` is asked anew whenever it is drawn: `{key, name, series}`, each of which is
 * `{statistic, name, under, why}`, the last where it cannot be chosen.
 */
export class Picker {
  constructor(card, text, { groups, chosen, most, onchosen }) {
    Object.assign(this, { text, groups, most, onchosen, words: "", whole: new Set() });
    this.chosen = new Set(chosen);
    const onClose = () => {
      card.picker = undefined;
    };
    this.shown = opened(card, text.compare_with, () => this.content(), { onClose });
    wear(card, sheet);
    const { dialog } = this.shown;
    dialog.classList.add("picker");
    // What it returned would be the answer to the press: a box is not ticked by false.
    dialog.onclick = ({ target }) => {
      if (target === dialog) dialog.close();
    };
  }

  draw = () => this.shown.redraw();

  content() {
    const { picker } = this.text;
    const shown = sought(this.groups(), this.words);
    const seek = (words) => {
      this.words = words;
    };
    return [
      searchField(picker.search, this.words, seek),
      h("div.rows-of", shown.length ? shown.map((one) => this.group(one)) : subline(picker.none)),
      this.foot(),
    ];
  }

  group({ key, name, series }) {
    const { text, words, whole } = this;
    const isWhole = words.trim() || whole.has(key) || series.length <= FEW + 1;
    const left = isWhole ? 0 : series.length - FEW;
    const all = () => {
      whole.add(key);
      this.draw();
    };
    return h(
      "section",
      h("h3", name),
      listOf(undefined, left ? series.slice(0, FEW) : series, (one) => this.row(one)),
      left > 0 && button(text.picker.others_of(left), undefined, all, { class: "text" }),
    );
  }

  row({ statistic, name, under, why }) {
    const { chosen, most } = this;
    const isChosen = chosen.has(statistic);
    const choose = (isIn) => turn(chosen, statistic, isIn);
    const disabled = !isChosen && (Boolean(why) || chosen.size >= most);
    return h(
      "li",
      h(
        "label",
        { class: disabled ? "pick resting" : "pick" },
        checkbox(isChosen, choose, { disabled }),
        h("span.grow", name, (why ?? under) && h("small", why ?? under)),
      ),
    );
  }

  foot() {
    const { text, chosen, most } = this;
    const done = () => {
      this.onchosen([...chosen]);
      this.shown.close();
    };
    return h(
      "footer",
      h("strong.grow", { role: "status" }, text.picker.chosen(chosen.size, most)),
      button([haIcon("mdi:check"), text.picker.compare], undefined, done, { class: "strong" }),
    );
  }
}

const sheet = sheetOf(`
  dialog.wide.picker {
    inset: 0 0 0 auto;
    width: min(400px, 100vw);
    max-width: none;
    height: 100dvh;
    max-height: none;
    margin: 0;
    border-radius: 24px 0 0 24px;
  }
  dialog.picker[open] { display: flex; flex-direction: column; gap: 8px; }
  .picker input[type="search"] { width: 100%; box-sizing: border-box; min-height: 44px; flex: none; }
  dialog.wide.picker footer { flex-wrap: nowrap; margin: 0; }
  dialog.wide.picker footer button { width: auto; }
  .picker .rows-of { flex: 1; overflow-y: auto; }
  .picker h3 { color: var(--soft); font-size: 13px; margin-top: 12px; }
  .pick { display: flex; align-items: center; gap: 12px; min-height: 44px; cursor: pointer; }
  .pick input { width: 20px; height: 20px; min-height: 0; flex: none; accent-color: var(--accent); }
  .pick small { display: block; color: var(--soft); font-size: 12px; }
  .pick .grow { overflow-wrap: anywhere; }
  @media (width < 600px) {
    dialog.wide.picker {
      inset: auto 0 0;
      width: 100vw;
      height: min(92dvh, 860px);
      border-radius: 24px 24px 0 0;
    }
  }
`);

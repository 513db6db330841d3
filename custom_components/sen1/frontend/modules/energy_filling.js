/** The press that adds to Home Assistant's own Energy dashboard what it lacks of a home. */

import { button } from "./card.js";
import { chips, h, listOf } from "./dom.js";
import { lookedAt } from "./energy_dashboard.js";
import { opened } from "./sharing/dialogue.js";
import { textsOf } from "./texts.js";

/** Say what would be added, and add it once that is pressed; what is there stays as it is. */
export async function fillEnergy(card, onEnd) {
  const { hass, language } = card;
  const [text, { lacks }] = await Promise.all([textsOf(language, "flow"), lookedAt(hass)]);
  const words = text.energy_dashboard;
  let state = "asked";
  const add = async () => {
    state = "busy";
    shown.redraw();
    try {
      // It may have been set meanwhile.
      const { has, lacks: still } = await lookedAt(hass);
      const added = still.map(({ source }) => source).filter(Boolean);
      await hass.callWS({ type: "energy/save_prefs", energy_sources: [...has, ...added] });
      state = "added";
    } catch {
      state = "failed";
    }
    shown.redraw();
  };
  const line = ({ tells, hasCost }) => {
    const said = tells.map((what) => text.quantities[what]).join(", ");
    return h("li", hasCost ? words.with_cost(said) : said);
  };
  const content = () => [
    h("p", state === "added" ? words.added : words.adds),
    listOf("dots", lacks, line),
    state === "failed" && card.alert("error", words.failed),
    state === "added"
      ? chips(card.lead("/energy", { class: "button strong" }, words.see))
      : chips(
          button(words.cancel, undefined, () => shown.close()),
          button(words.add, "mdi:plus", add, { class: "strong", disabled: state === "busy" }),
        ),
  ];
  const shown = opened(card, words.title, content, { onClose: onEnd });
}

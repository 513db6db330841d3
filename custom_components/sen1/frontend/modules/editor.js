/** What the visual editor asks of each card. */

import { choiceOf } from "./form.js";
import { OF_SITE, sitesOf } from "./sites.js";
import { textsOf } from "./texts.js";

const TITLE = { name: "title", selector: { text: {} } };

/** The sensor that a card is of; the first class is what it is for. */
const sensor = (...device_class) => ({
  name: "entity",
  selector: { entity: { domain: "sensor", device_class } },
});

const periodOf = (text) => ({
  name: "period",
  selector: choiceOf(Object.entries(text.presets)),
});

/** The series that a card is given, each with its name and what it is drawn as. */
const seriesOf = (text) => ({
  name: "series",
  selector: {
    object: {
      multiple: true,
      label_field: "statistic",
      fields: {
        statistic: { required: true, label: text.one_series, selector: { statistic: {} } },
        name: { label: text.fields.name, selector: { text: {} } },
        kind: {
          label: text.fields.kind,
          selector: choiceOf(Object.entries(text.kinds)),
        },
      },
    },
  },
});

const FORMS = {
  home: (text) => [
    { name: "part", selector: choiceOf(Object.entries(text.parts_of_home)) },
    TITLE,
    sensor("power"),
  ],
  comparison: (text) => [
    { name: "mode", selector: choiceOf(Object.entries(text.modes)) },
    periodOf(text),
    seriesOf(text),
  ],
  wall: (text) => [
    TITLE,
    {
      name: "screens",
      selector: choiceOf(
        [
          ["sun", text.views.wall],
          ["hours", text.wall.which_hour.home],
          ["against", text.wall.ours_or("…")],
          ["kwh", text.wall.one_kwh],
          ["week", text.wall.this_week.home],
        ],
        { multiple: true, mode: "list" },
      ),
    },
    seriesOf(text),
    { name: "against", selector: { statistic: {} } },
    { name: "rotate", selector: { number: { min: 0, max: 600, mode: "box" } } },
    periodOf(text),
  ],
};

/** Ask for the site, where there is more than one; none is the main one. */
async function siteFields(name) {
  const { hass } = document.querySelector("home-assistant") ?? {};
  const sites = hass && OF_SITE.includes(name) ? await sitesOf(hass) : [];
  const all = sites.map(({ id, name: label }) => [id, label]);
  return sites.length > 1 ? [{ name: "site", selector: choiceOf(all) }] : [];
}

/** Return the form of a card, for Home Assistant's own editor. */
export async function formOf(name) {
  const { lang } = document.documentElement;
  const text = await textsOf(lang || "en", "comparison", "editing", "next", "wall");
  return {
    schema: [...(await siteFields(name)), ...(FORMS[name]?.(text) ?? [])],
    computeLabel: ({ name: field }) => text.fields[field],
  };
}

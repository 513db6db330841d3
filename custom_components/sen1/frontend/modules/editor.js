/** What the visual editor asks of each card. */

import { OF_SITE, sitesOf } from "./sites.js";
import { textsOf } from "./texts.js";

const select = (options) => ({ select: { mode: "dropdown", options } });

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
          selector: select(Object.entries(text.kinds).map(([value, label]) => ({ value, label }))),
        },
      },
    },
  },
});

const FORMS = {
  energy: (text) => [
    {
      name: "period",
      selector: select(
        ["day", "month", "year"].map((value) => ({ value, label: text[`this_${value}`] })),
      ),
    },
  ],
  power: () => [
    { name: "title", selector: { text: {} } },
    {
      name: "entity",
      selector: { entity: { domain: "sensor", device_class: ["power", "apparent_power"] } },
    },
  ],
  wattmeter: () => [
    {
      name: "entity",
      selector: { entity: { domain: "sensor", device_class: ["apparent_power", "power"] } },
    },
    {
      name: "limit",
      selector: {
        number: { min: 0, max: 250, step: 0.1, mode: "box", unit_of_measurement: "kVA" },
      },
    },
  ],
  usual: () => [
    { name: "entity", selector: { entity: { domain: "sensor", device_class: "power" } } },
  ],
  comparison: (text) => [
    {
      name: "mode",
      selector: select(Object.entries(text.modes).map(([value, label]) => ({ value, label }))),
    },
    {
      name: "period",
      selector: select(Object.entries(text.presets).map(([value, label]) => ({ value, label }))),
    },
    {
      name: "compare",
      selector: select(
        ["before", "week", "year"].map((value) => ({ value, label: text.earlier[value] })),
      ),
    },
    seriesOf(text),
  ],
  ranking: () => [
    { name: "entity", selector: { entity: { domain: "sensor", integration: "sen1" } } },
  ],
  wall: (text) => [
    { name: "title", selector: { text: {} } },
    {
      name: "screens",
      selector: {
        select: {
          multiple: true,
          options: [
            { value: "sun", label: text.wall_question },
            { value: "hours", label: text.wall.which_hour.home },
            { value: "against", label: text.wall.ours_or("…") },
            { value: "kwh", label: text.wall.one_kwh },
            { value: "week", label: text.wall.this_week.home },
          ],
        },
      },
    },
    seriesOf(text),
    { name: "against", selector: { statistic: {} } },
    { name: "rotate", selector: { number: { min: 0, max: 600, mode: "box" } } },
    {
      name: "period",
      selector: select(Object.entries(text.presets).map(([value, label]) => ({ value, label }))),
    },
  ],
  steps: (text) => [
    {
      name: "steps",
      selector: {
        select: {
          multiple: true,
          options: Object.entries(text.steps).map(([value, [label]]) => ({ value, label })),
        },
      },
    },
  ],
};

/** Ask for the site, where there is more than one; none is the main one. */
async function siteFields(name) {
  const { hass } = document.querySelector("home-assistant") ?? {};
  const sites = hass && OF_SITE.includes(name) ? await sitesOf(hass) : [];
  const options = sites.map(({ id, name: label }) => ({ value: id, label }));
  return sites.length > 1 ? [{ name: "site", selector: select(options) }] : [];
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

/** What the visual editor asks of each card. */

import { textsOf } from "./texts.js";

const select = (options) => ({ select: { mode: "dropdown", options } });
const text = await textsOf(document.documentElement.lang || "en");

/** The series that a card is given, each with its name and what it is drawn as. */
const SERIES = {
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
};

const FORMS = {
  energy: () => [
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
  comparison: () => [
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
    { name: "site", selector: { config_entry: { integration: "sen1" } } },
    SERIES,
  ],
  ranking: () => [
    { name: "entity", selector: { entity: { domain: "sensor", integration: "sen1" } } },
  ],
  wall: () => [
    { name: "title", selector: { text: {} } },
    {
      name: "screens",
      selector: {
        select: {
          multiple: true,
          options: [
            { value: "sun", label: text.wall.question },
            { value: "hours", label: text.wall.which_hour.home },
            { value: "against", label: text.wall.ours_or("…") },
            { value: "kwh", label: text.wall.one_kwh },
          ],
        },
      },
    },
    { name: "site", selector: { config_entry: { integration: "sen1" } } },
    SERIES,
    { name: "against", selector: { statistic: {} } },
    { name: "rotate", selector: { number: { min: 0, max: 600, mode: "box" } } },
    {
      name: "period",
      selector: select(Object.entries(text.presets).map(([value, label]) => ({ value, label }))),
    },
  ],
  steps: () => [
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

/** Return the form of a card, for Home Assistant's own editor. */
export const formOf = (name) => ({
  schema: FORMS[name]?.() ?? [],
  computeLabel: ({ name: field }) => text.fields[field],
});

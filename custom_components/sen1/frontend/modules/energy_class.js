/** The indicative scale of BMHS. */

/** Up to how many kWh/m² a year each letter goes; the last has no end. */
export const CLASSES = [
  ["A", 50],
  ["B", 90],
  ["C", 150],
  ["D", 230],
  ["E", 330],
  ["F", 450],
  ["G", Infinity],
];

/** The unit of a year's energy by area. */
export const BY_AREA = "kWh/m²";

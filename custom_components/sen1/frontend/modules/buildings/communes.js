/** The buildings on a picture of their communes: never nearer than that. */

import { hatch, picture } from "../chart.js";
import { s } from "../dom.js";

const HEIGHT = 250;
const EDGE = { x: 62, top: 34, bottom: 52 };
/** How far apart two circles are at least, with the words under them, pixels. */
const APART = { x: 104, y: 62 };
const RADIUS = { least: 12, most: 22 };

/** Return the communes of which a place is known: `{name, latitude, longitude, count, energy, alert}`. */
export function communesOf(rows) {
  const placed = rows.filter(({ site }) => site.commune && Number.isFinite(site.latitude));
  return [...Map.groupBy(placed, ({ site }) => site.commune.trim().toLowerCase()).values()].map(
    (group) => {
      const mean = (of) => group.reduce((sum, { site }) => sum + of(site), 0) / group.length;
      const energies = group.map(({ month }) => month.energy).filter(Number.isFinite);
      return {
        name: group[0].site.commune,
        latitude: mean(({ latitude }) => latitude),
        longitude: mean(({ longitude }) => longitude),
        count: group.length,
        energy: energies.length ? energies.reduce((sum, one) => sum + one, 0) : undefined,
        alert: group.some(({ faults }) => faults.length),
      };
    },
  );
}

/** Return where each commune stands in a picture of a width: north is up, and no word on another. */
export function placesOf(communes, width, height = HEIGHT) {
  const middle = communes.reduce((sum, { latitude }) => sum + latitude, 0) / communes.length;
  // A degree of longitude is shorter the further one is from the equator.
  const east = Math.cos((middle * Math.PI) / 180);
  const points = communes.map(({ latitude, longitude }) => ({ x: longitude * east, y: -latitude }));
  const [left, right] = ends(points.map(({ x }) => x));
  const [top, bottom] = ends(points.map(({ y }) => y));
  const room = { x: width - 2 * EDGE.x, y: height - EDGE.top - EDGE.bottom };
  const fitting = Math.min(room.x / (right - left), room.y / (bottom - top));
  const scale = Number.isFinite(fitting) ? fitting : 0;
  const at = points.map(({ x, y }) => ({
    x: width / 2 + (x - (left + right) / 2) * scale,
    y: EDGE.top + room.y / 2 + (y - (top + bottom) / 2) * scale,
  }));
  keepApart(at, (one) => {
    one.x = Math.min(width - EDGE.x, Math.max(EDGE.x, one.x));
    one.y = Math.min(height - EDGE.bottom, Math.max(EDGE.top, one.y));
  });
  return at;
}

const ends = (values) => [Math.min(...values), Math.max(...values)];

/** Push neighbours from each other until their words are apart, or there is no more room. */
function keepApart(places, keepInside) {
  for (let turn = 0; turn < 60; turn += 1) {
    let isMoved = false;
    places.forEach((one, i) => {
      for (const other of places.slice(i + 1)) {
        const over = {
          x: APART.x - Math.abs(one.x - other.x),
          y: APART.y - Math.abs(one.y - other.y),
        };
        if (over.x <= 0.5 || over.y <= 0.5) continue;
        isMoved = true;
        const axis = over.x / APART.x < over.y / APART.y ? "x" : "y";
        const [near, far] = one[axis] <= other[axis] ? [one, other] : [other, one];
        near[axis] -= over[axis] / 2;
        far[axis] += over[axis] / 2;
        keepInside(near);
        keepInside(far);
      }
    });
    if (!isMoved) return;
  }
}

/** Return the picture, with what each commune used this month. */
export function communesPicture(communes, width, { text, formats }) {
  const words = text.buildings;
  const at = placesOf(communes, width);
  const most = Math.max(...communes.map(({ count }) => count));
  const ground = hatch("ground", "var(--grid)", "var(--pale-back)");
  const told = communes.map(({ name, count }) => `${name}${text.colon}${words.count(count)}`);
  return picture(
    { width, height: HEIGHT },
    told.join(", "),
    ground.defs,
    s("rect", { width, height: HEIGHT, rx: 8, fill: ground.fill, "fill-opacity": 0.5 }),
    communes.map((commune, i) => {
      const { x, y } = at[i];
      const radius = RADIUS.least + (RADIUS.most - RADIUS.least) * Math.sqrt(commune.count / most);
      const below = (line) => y + radius + 14 * line;
      return s(
        "g",
        { "text-anchor": "middle" },
        s("circle", { cx: x, cy: y, r: radius, fill: "var(--consumption)" }),
        s(
          "text",
          { x, y: y + 5, style: "fill: var(--on-line); font-size: 14px; font-weight: 500" },
          String(commune.count),
        ),
        commune.alert && warning(x + radius * 0.8, y - radius * 0.8),
        s("text", { x, y: below(1), class: "strong", style: "font-size: 12px" }, commune.name),
        commune.energy !== undefined &&
          s("text", { x, y: below(2) - 1 }, formats.energy(commune.energy)),
      );
    }),
  );
}

const warning = (x, y) => [
  s("path", {
    d: `M${x} ${y - 8}L${x + 9} ${y + 7}H${x - 9}Z`,
    fill: "var(--bad)",
    stroke: "var(--card-background-color, #fff)",
    "stroke-width": 1.5,
    "stroke-linejoin": "round",
  }),
  s(
    "text",
    {
      x,
      y: y + 5,
      style: "fill: var(--card-background-color, #fff); font-size: 10px; font-weight: 700",
    },
    "!",
  ),
];

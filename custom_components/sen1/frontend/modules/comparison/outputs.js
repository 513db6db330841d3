/** What can be taken away of a comparison: a picture, its values, a sheet for a workshop. */

import { partsOf, toField } from "../calendar.js";
import { keepTable } from "../csv.js";
import { columnHead, h, s, tableOf } from "../dom.js";
import { keep } from "../keeping.js";
import { light } from "../style.js";
import { commonNote, toldPlaces, totalOf } from "./figures.js";

const MARGIN = 24;
const LINE = 20;
/** Pixels of a picture for each of the page: a beamer shows it sharp. */
const SCALE = 2;
const SVG = "http://www.w3.org/2000/svg";

const fileName = ({ period, text, formats }, end) =>
  `${text.views.compare.toLowerCase()}-${toField(period.begin, formats.zone)}.${end}`;

// Values

export const saveTable = (card, known) =>
  keepTable(fileName(card, "csv"), columnsOf(card, known), card.formats);

/**
 * Return the values as columns of a table: a line for each step, of this home's clock, a column for
 * each series.
 */
export function columnsOf({ compared, formats, text }, known) {
  const { step } = compared;
  const { begin, end } = compared.period;
  const length = Math.ceil((end - begin) / step);
  const steps = Array.from({ length }, (_, i) => i);
  const times = steps.map((i) => clockOf(new Date(+begin + i * step), formats.zone));
  return [
    { title: text.time, values: times },
    ...known.map(({ statistic, full }) => ({
      title: `${full} (${compared.unit(statistic)})`,
      values: steps.map((i) => Math.round(compared.values[statistic][i] * 1e6) / 1e6),
    })),
  ];
}

/** Return what a clock of a zone shows, with by how much it is ahead: an hour may come twice. */
function clockOf(time, zone) {
  const { year, month, day, hour, minute } = partsOf(time, zone);
  const shown = Date.UTC(year, month, day, hour, minute);
  const [clock, ahead] = [shown, Math.abs(shown - time)].map((at) => new Date(at).toISOString());
  const sign = shown < time ? "-" : "+";
  return `${clock.slice(0, 16)}${shown === +time ? "Z" : sign + ahead.slice(11, 16)}`;
}

// A picture

export async function savePicture(card, known) {
  const { image, width, height } = drawingOf(card, known);
  const canvas = h("canvas", { width: width * SCALE, height: height * SCALE });
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(image)}`;
  await picture.decode();
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => keep(fileName(card, "png"), blob), "image/png");
}

/** Return all pictures of the page as one drawing that needs no style sheet: `{image, width, height}`. */
export function drawingOf(card, known) {
  const { text } = card;
  const style = getComputedStyle(card.frame);
  const drawn = [...card.frame.querySelectorAll("ha-card svg")];
  const sizes = drawn.map((one) => one.viewBox.baseVal);
  const width = Math.max(480, ...sizes.map((size) => size.width)) + 2 * MARGIN;
  const back = style.getPropertyValue("--card-background-color") || "#fff";
  const colour = (said) => resolved(said, style);
  const words = (said, x, y, size, fill) =>
    s("text", { x, y, "font-size": size, fill: colour(fill) }, said);
  const parts = [
    words(text.views.compare, MARGIN, MARGIN + 10, 18, "var(--text)"),
    words(card.rangeOf(), MARGIN, MARGIN + 30, 13, "var(--soft)"),
  ];
  let y = MARGIN + 54;
  const over = commonNote(card)?.textContent;
  for (const one of known) {
    const { line, dash } = card.colours.get(one.statistic);
    const x2 = MARGIN + 24;
    parts.push(
      s("line", {
        ...{ x1: MARGIN, x2, y1: y - 4, y2: y - 4, stroke: colour(line) },
        ...{ "stroke-width": 3, "stroke-dasharray": dash },
      }),
      words(
        `${one.full}${text.colon}${totalOf(card, one.statistic)}`,
        x2 + 8,
        y,
        13,
        "var(--text)",
      ),
    );
    y += LINE;
  }
  if (over) {
    parts.push(words(over, MARGIN, y, 13, "var(--soft)"));
    y += LINE;
  }
  drawn.forEach((one, i) => {
    const copy = one.cloneNode(true);
    const { width: wide, height } = sizes[i];
    for (const [name, value] of Object.entries({ x: MARGIN, y, width: wide, height })) {
      copy.setAttribute(name, value);
    }
    settle(copy, style);
    parts.push(copy);
    y += height + LINE;
  });
  const height = y + MARGIN - LINE;
  const all = s(
    "svg",
    { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "sans-serif" },
    s("rect", { width, height, fill: back }),
    parts,
  );
  return { image: new XMLSerializer().serializeToString(all), width, height };
}

/** Write the colours of a drawing out, which a style sheet gives it on the page. */
function settle(drawing, style) {
  for (const one of [drawing, ...drawing.querySelectorAll("*")]) {
    for (const { name, value } of [...one.attributes]) {
      if (value.includes("var(")) one.setAttribute(name, resolved(value, style));
    }
    if (one.localName === "text" && !one.getAttribute("style")?.includes("fill")) {
      one.setAttribute("fill", resolved("var(--soft)", style));
    }
  }
}

const resolved = (said, style) =>
  said.replace(
    /var\((--[\w-]+)(?:, *([^()]*))?\)/g,
    (_, name, other) => style.getPropertyValue(name).trim() || other || "none",
  );

// A sheet

/** Print the sheet: a page apart within this one, which no network and no other window is needed for. */
export function printSheet(card, known) {
  const style = "position: fixed; width: 0; height: 0; border: 0";
  const page = h("iframe", { style, title: card.text.workshop.button });
  document.body.append(page);
  const { contentDocument, contentWindow } = page;
  contentDocument.title = card.text.workshop.title;
  contentDocument.documentElement.lang = card.language;
  contentDocument.head.append(h("style", null, PAPER));
  contentDocument.body.append(...workshopSheet(card, known));
  contentWindow.addEventListener("afterprint", () => page.remove());
  contentWindow.print();
}

const PAPER = `
  :root { ${light} --card-background-color: #fff; }
  @page { size: A4; margin: 15mm; }
  body { font: 12.5px/1.4 Roboto, sans-serif; color: #141414; margin: 0; }
  h1 { font-size: 22px; font-weight: 400; margin: 0; }
  h2 { font-size: 15px; font-weight: 500; margin: 16px 0 6px; break-after: avoid; }
  p { margin: 4px 0; }
  svg { display: block; width: 100%; height: auto; margin: 8px 0; break-inside: avoid; }
  svg text { fill: #5e5e5e; font-size: 11px; }
  table { border-collapse: collapse; width: 100%; font-size: 12px; }
  th, td { text-align: start; padding: 4px 6px; border-bottom: 1px solid #ccc; }
  .places { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px; }
  li { margin-top: 10px; break-inside: avoid; }
  .answer { border-bottom: 1px dotted #888; height: 22px; }
`;

/** Return what stands on the sheet: the pictures, the figures, and questions with room to answer. */
export function workshopSheet(card, known) {
  const { text } = card;
  const words = text.workshop;
  const drawings = [...card.frame.querySelectorAll("ha-card svg")].map((one) =>
    one.cloneNode(true),
  );
  const told = toldPlaces(card, known);
  const figures = known.map((one) =>
    h(
      "tr",
      null,
      h("td", null, line(card, one)),
      h("td", null, one.full),
      h("td", null, totalOf(card, one.statistic)),
    ),
  );
  const heads = [text.line, text.one_series, text.total].map((said) => columnHead(said));
  return [
    h("h1", null, words.title),
    h("p", null, card.rangeOf()),
    h("p", null, words.name),
    ...drawings,
    tableOf(null, heads, figures),
    commonNote(card),
    told.length > 0 && h("h2", null, text.places),
    told.length > 0 &&
      h(
        "div",
        { class: "places" },
        told.map(({ name, rows }) =>
          h(
            "div",
            null,
            h("strong", null, name),
            rows.map(([what, value]) => h("p", null, `${what}${text.colon}${value}`)),
          ),
        ),
      ),
    h("h2", null, words.look),
    h(
      "ol",
      null,
      words.questions.map((question) =>
        h("li", null, question, h("div", { class: "answer" }), h("div", { class: "answer" })),
      ),
    ),
  ].filter(Boolean);
}

/** Return how a series is drawn, as a picture of its own: paper has no other way to tell. */
function line(card, { statistic }) {
  const { line: stroke, dash } = card.colours.get(statistic);
  const said = { x1: 0, x2: 40, y1: 5, y2: 5, stroke, "stroke-width": 3, "stroke-dasharray": dash };
  return s("svg", { viewBox: "0 0 40 10", style: "width: 40px; margin: 0" }, s("line", said));
}

/** What can be taken away of a page with pictures: one picture of all, its values, a sheet for a workshop. */

import { keepTable } from "../csv.js";
import { columnHead, h, s, tableOf } from "../dom.js";
import { keep } from "../keeping.js";
import { light } from "../style.js";

const MARGIN = 24;
const LINE = 20;
/** Pixels of a picture for each of the page: a beamer shows it sharp. */
const SCALE = 2;
const SVG = "http://www.w3.org/2000/svg";

/*
 * Each is told what is taken: the `title` and the `range` in words, the `file` that it is called without
 * its end, the `columns` of a table, `rows` of `{name, total, line, dash}`, and a `note`.
 */

export const saveTable = ({ formats }, { file, columns }) =>
  keepTable(`${file}.csv`, columns, formats);

// A picture

export async function savePicture(card, taken) {
  const { image, width, height } = drawingOf(card, taken);
  const canvas = h("canvas", { width: width * SCALE, height: height * SCALE });
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(image)}`;
  await picture.decode();
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => keep(`${taken.file}.png`, blob), "image/png");
}

/** Return all pictures of the page as one drawing that needs no style sheet: `{image, width, height}`. */
export function drawingOf({ text, frame }, { title, range, rows, note }) {
  const style = getComputedStyle(frame);
  const drawn = drawnIn(frame);
  const sizes = drawn.map((one) => one.viewBox.baseVal);
  const width = Math.max(480, ...sizes.map((size) => size.width)) + 2 * MARGIN;
  const back = style.getPropertyValue("--card-background-color") || "#fff";
  const colour = (said) => resolved(said, style);
  const words = (said, x, y, size, fill) =>
    s("text", { x, y, "font-size": size, fill: colour(fill) }, said);
  const parts = [
    words(title, MARGIN, MARGIN + 10, 18, "var(--text)"),
    words(range, MARGIN, MARGIN + 30, 13, "var(--soft)"),
  ];
  let y = MARGIN + 54;
  for (const { name, total, line, dash } of rows) {
    const x2 = MARGIN + 24;
    parts.push(
      s("line", {
        ...{ x1: MARGIN, x2, y1: y - 4, y2: y - 4, stroke: colour(line) },
        ...{ "stroke-width": 3, "stroke-dasharray": dash },
      }),
      words(`${name}${text.colon}${total}`, x2 + 8, y, 13, "var(--text)"),
    );
    y += LINE;
  }
  if (note) {
    parts.push(words(note, MARGIN, y, 13, "var(--soft)"));
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

/** Return the pictures of a page, and no marks of its legends. */
const drawnIn = (frame) => [...frame.querySelectorAll("ha-card svg[aria-label]")];

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
export function printSheet(card, taken) {
  const style = "position: fixed; width: 0; height: 0; border: 0";
  const page = h("iframe", { style, title: taken.words.button });
  document.body.append(page);
  const { contentDocument, contentWindow } = page;
  contentDocument.title = taken.words.title;
  contentDocument.documentElement.lang = card.language;
  contentDocument.head.append(h("style", PAPER));
  contentDocument.body.append(...workshopSheet(card, taken));
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
  li { margin-top: 10px; break-inside: avoid; }
  .answer { border-bottom: 1px dotted #888; height: 22px; }
`;

/** Return what stands on the sheet: the pictures, the figures, and questions with room to answer. */
export function workshopSheet({ text, frame }, { range, rows, note, words }) {
  const figures = rows.map(({ name, total, ...look }) =>
    h("tr", h("td", lineOf(look)), h("td", name), h("td", total)),
  );
  const heads = [words.line, words.what, text.total].map((said) => columnHead(said));
  return [
    h("h1", words.title),
    h("p", range),
    h("p", words.name),
    ...drawnIn(frame).map((one) => one.cloneNode(true)),
    tableOf(null, heads, figures),
    note && h("p", note),
    h("h2", words.look),
    h(
      "ol",
      words.questions.map((question) => h("li", question, h("div.answer"), h("div.answer"))),
    ),
  ].filter(Boolean);
}

/** Return how something is drawn, as a picture of its own: paper has no other way to tell. */
function lineOf({ line: stroke, dash }) {
  const said = { x1: 0, x2: 40, y1: 5, y2: 5, stroke, "stroke-width": 3, "stroke-dasharray": dash };
  return s("svg", { viewBox: "0 0 40 10", style: "width: 40px; margin: 0" }, s("line", said));
}

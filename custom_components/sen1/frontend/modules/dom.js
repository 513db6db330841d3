/** Elements made of text and never of markup, and changed in place so that focus stays. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return an element by its tag and classes, as a selector names them: `h("p.note", …)`. Of its properties,
 * which may be left out, functions (listeners too) and objects are properties of it, what else is said
 * are attributes, of which `false` leaves one out.
 */
export const h = (selector, ...given) =>
  filled((tag) => document.createElement(tag), selector, given);

/** Return an element of a picture. */
export const s = (selector, ...given) =>
  filled((tag) => document.createElementNS(SVG, tag), selector, given);

/** Whether there is something at all, be it 0 or "". */
const isSome = (one) => one !== undefined && one !== null && one !== false;

function filled(create, selector, given) {
  const [tag, ...classes] = selector.split(".");
  const element = create(tag);
  const [properties, children] =
    given[0]?.constructor === Object ? [given[0], given.slice(1)] : [{}, given];
  element.given = [];
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(properties)) {
    if (!isSome(value)) continue;
    if (["function", "object"].includes(typeof value)) {
      element[name] = value;
      element.given.push(name);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.made = nodesOf(children);
  element.append(...element.made);
  return element;
}

const nodesOf = (children) =>
  children
    .flat(Infinity)
    .filter(isSome)
    .map((child) => (child instanceof Node ? child : new Text(child)));

/** Return an icon beside words, which say the same to who does not see it. */
export const haIcon = (icon, look) => h("ha-icon", { icon, "aria-hidden": "true", ...look });

/** Return what is said in smaller letters under something else. */
export const subline = (...children) => h("p.under", children);

/** Return what is to be known with a picture or a table. */
export const note = (...children) => h("p.note", children);

/** Return what something is called, and what is said in smaller letters under that. */
export const named = (name, ...under) => h("div", h("div", name), h("div.under", under));

/** Return what few read, behind its name and what is in it. */
export const folded = (name, under, ...content) =>
  h("details.fold", h("summary", named(name, under)), content);

/** Return buttons, or other things to choose from, side by side. */
export const chips = (...children) => h("div.chips", children);

/** Return a list of rows, each drawn as an item. */
export const listOf = (look, rows, draw) => h("ul", look && { class: look }, rows.map(draw));

/** Return what a column of a table is called. */
export const columnHead = (name, look) => h("th", { scope: "col", class: look }, name);

/** Return a row of a table whose first cell says what it is of. */
export const tableRow = (name, ...cells) => h("tr", h("th", { scope: "row" }, name), cells);

/** Return a table of rows below the names of its columns, with its caption and the rows of its foot. */
export const tableOf = (properties, heads, rows, { caption, foot } = {}) =>
  h(
    "table",
    properties,
    caption,
    h("thead", h("tr", heads)),
    h("tbody", rows),
    foot && h("tfoot", foot),
  );

/** Return the figures of a picture for who does not see it: each row is its name and its cells. */
export const hiddenTable = (caption, titles, rows) =>
  h(
    "div.hidden",
    tableOf(
      null,
      titles.map((title) => columnHead(title)),
      rows.map(([name, ...cells]) =>
        tableRow(
          name,
          cells.map((cell) => h("td", cell)),
        ),
      ),
      { caption: h("caption", caption) },
    ),
  );

/** Return a text as it was before it was escaped for Markdown, which is not read here. */
export const unescaped = (text) => text.replace(/\\([^\s\p{L}\p{N}])/gu, "$1");

/**
 * Make what was made for `parent` like `fresh`, keeping every element that can be kept; what others put
 * there, such as themes, stays.
 */
export function update(parent, fresh) {
  const before = (parent.made ?? []).filter((node) => node.parentNode === parent);
  parent.made = fresh.map((node, position) => {
    const old = before[position];
    if (old === node) return old;
    if (!old) {
      parent.append(node);
      return node;
    }
    if (old.nodeName !== node.nodeName) {
      old.replaceWith(node);
      return node;
    }
    if (node.nodeType === Node.TEXT_NODE) {
      if (old.data !== node.data) old.data = node.data;
    } else {
      // What a list has chosen is among its options, which must be there first.
      const { value } = node;
      update(old, node.made);
      updateOne(old, node, value);
    }
    return old;
  });
  for (const old of before.slice(fresh.length)) old.remove();
}

function updateOne(old, node, value) {
  for (const { name, value } of node.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    // What a person unfolded stays so.
    if (!node.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const name of new Set([...(old.given ?? []), ...node.given])) {
    old[name] = node.given.includes(name) ? node[name] : null;
  }
  old.given = node.given;
  if ("checked" in node) old.checked = node.checked;
  if ("value" in node && old.value !== value && old.localName !== "li") old.value = value;
}

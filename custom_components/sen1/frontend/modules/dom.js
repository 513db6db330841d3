/** Elements made of text and never of markup, and changed in place so that focus stays. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return an element; properties that begin with `on` are listeners, objects and functions are given
 * as they are, the rest are attributes, of which `false` leaves one out.
 */
export const h = (tag, properties, ...children) =>
  fill(document.createElement(tag), properties, children);

/** Return an element of a picture. */
export const s = (tag, properties, ...children) =>
  fill(document.createElementNS(SVG, tag), properties, children);

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) {
      element.listeners = { ...element.listeners, [name.slice(2)]: value };
    } else if (typeof value === "object" || typeof value === "function") {
      element.given = { ...element.given, [name]: value };
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  listen(element);
  Object.assign(element, element.given);
  element.append(...nodesOf(children));
  return element;
}

/** Have an element call its listeners of the moment. */
function listen(element) {
  for (const type of Object.keys(element.listeners ?? {})) element.addEventListener(type, heard);
}

function heard(event) {
  event.currentTarget.listeners?.[event.type]?.(event);
}

const nodesOf = (children) =>
  children
    .flat(Infinity)
    .filter((child) => child !== undefined && child !== null && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));

/** Return a text as it was before it was escaped for Markdown, which is not read here. */
export const unescaped = (text) => text.replace(/\\([^\s\p{L}\p{N}])/gu, "$1");

/** Make the content of `parent` like `fresh`, keeping every element that can be kept. */
export function update(parent, fresh) {
  const before = [...parent.childNodes];
  fresh.forEach((node, position) => {
    const old = before[position];
    if (!old) {
      parent.append(node);
    } else if (old.nodeName !== node.nodeName) {
      old.replaceWith(node);
    } else if (node.nodeType === Node.TEXT_NODE) {
      if (old.data !== node.data) old.data = node.data;
    } else {
      updateOne(old, node);
      update(old, [...node.childNodes]);
    }
  });
  for (const old of before.slice(fresh.length)) old.remove();
}

function updateOne(old, node) {
  for (const { name, value } of node.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!node.hasAttribute(name)) old.removeAttribute(name);
  }
  old.listeners = node.listeners;
  listen(old);
  const gone = Object.keys(old.given ?? {}).map((name) => [name, undefined]);
  Object.assign(old, { ...Object.fromEntries(gone), ...node.given });
  old.given = node.given;
  if ("checked" in node) old.checked = node.checked;
  if ("value" in node && old.value !== node.value && old.localName !== "li") old.value = node.value;
}

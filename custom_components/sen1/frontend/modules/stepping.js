/** The steps of a picture, gone through by a pointer, a finger or a keyboard, and told in a box. */

import { h } from "./dom.js";
import { sheetOf } from "./style.js";

export const steppingSheet = sheetOf(`
  .pointable { position: relative; }
  .slider { position: absolute; inset: 0; border-radius: 4px; touch-action: pan-y; }
  .tip {
    position: absolute;
    top: 12px;
    z-index: 2;
    pointer-events: none;
    background: var(--back);
    border: 1px solid var(--axis);
    border-radius: 8px;
    padding: 8px 12px;
    font-size: 12px;
    max-width: 260px;
    box-shadow: 0 2px 8px rgba(0, 0, 0, 0.18);
  }
  .tip.below { position: static; max-width: none; box-shadow: none; margin-top: 4px; }
  .tip p { display: flex; justify-content: space-between; gap: 16px; font-variant-numeric: tabular-nums; }
  .tip p span + span { white-space: nowrap; }
`);

/**
 * Return a picture that tells `point` which step lies under the pointer, by `stepAt` of its part; `open`,
 * which may be left out, is told of a step that is pressed.
 */
export function pointable({ stepAt, point, open }, ...content) {
  const under = ({ currentTarget, clientX }) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return stepAt(clientX - left, width);
  };
  const look = (event) => point(under(event));
  const press = (event) => {
    const step = under(event);
    if (step !== undefined) open(step);
  };
  return h(
    "div",
    {
      class: open ? "pointable opening" : "pointable",
      onclick: open && press,
      onpointermove: look,
      onpointerdown: look,
      onpointerleave: ({ pointerType }) => {
        // What a finger showed stays.
        if (pointerType === "mouse") point(undefined);
      },
    },
    ...content,
  );
}

/**
 * Return what a keyboard goes from step to step with; its value is told in words. It begins with
 * `first`; `open` may be left out.
 */
function slider({ label, count, pointed, first, told, point, open }) {
  const last = count - 1;
  const at = pointed ?? first;
  const go = (to) => point(Math.max(0, Math.min(last, to)));
  const by = (steps) => () => go(pointed === undefined ? at : at + steps);
  const keys = {
    ArrowLeft: by(-1),
    ArrowRight: by(1),
    ArrowDown: by(-1),
    ArrowUp: by(1),
    Home: () => go(0),
    End: () => go(last),
    Escape: () => point(undefined),
    ...(open ? { Enter: () => open(at) } : {}),
  };
  return h("div.slider", {
    role: "slider",
    tabindex: "0",
    "aria-label": label,
    "aria-valuemin": "1",
    "aria-valuemax": String(last + 1),
    "aria-valuenow": String(at + 1),
    "aria-valuetext": told(at),
    onfocus: ({ target }) => {
      if (target.matches(":focus-visible")) go(at);
    },
    onblur: () => point(undefined),
    onkeydown: (event) => {
      if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      keys[event.key]();
    },
  });
}

/**
 * Return which step of so many lies at a place of a picture, or undefined, and where the middle of one is; the
 * picture leaves that much at its sides.
 */
export function slots({ width, count, left, right }) {
  const each = (width - left - right) / count;
  const within = (i) => (i >= 0 && i < count ? i : undefined);
  return {
    // It may be drawn wider than it was made.
    stepAt: (x, wide) => within(Math.floor((x * (width / wide) - left) / each)),
    middleOf: (i) => left + (i + 0.5) * each,
  };
}

/** Return rows of names and values in one sentence. */
const sentenceOf = (rows, colon) =>
  rows.map(([name, value]) => (value ? `${name}${colon}${value}` : name)).join("; ");

/**
 * Return the box beside the step that is pointed at, `at` pixels of `width`, of rows `[name, value]`, the
 * first of which is its title; who hears the slider needs no other words.
 */
function tip([[title, only], ...rows], { at, width, isNarrow }) {
  const side = at > width / 2 ? `right: ${width - at + 14}px` : `left: ${at + 14}px`;
  return h(
    "div",
    // A phone has no room beside a step.
    { class: isNarrow ? "tip below" : "tip", style: !isNarrow && side, "aria-hidden": "true" },
    h("strong", title),
    only && h("p", only),
    rows.map(([name, value]) => h("p", h("span", name), h("span", value))),
  );
}

/**
 * Return pictures of so many steps that are gone through by pointer and keyboard, the one that is pointed at
 * told in a box; `told` returns its rows, `middleOf` its place in the `width`, and `over` what is drawn there.
 */
export function stepped(
  { label, colon, count, pointed, first, told, middleOf, width, isNarrow, over, ...moves },
  ...pictures
) {
  const at = pointed < count ? middleOf(pointed) : undefined;
  const { point, open } = moves;
  const said = (i) => sentenceOf(told(i), colon);
  return pointable(
    moves,
    pictures,
    // It keeps its place among these, and so the focus.
    slider({ label, count, pointed, first, told: said, point, open }),
    at !== undefined && [over?.(at), tip(told(pointed), { at, width, isNarrow })],
  );
}

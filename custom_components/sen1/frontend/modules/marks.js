/** What is marked in a picture: a value across all of it, and words beside a place. */

import { lineAlong, outlined, textAt } from "./chart.js";

/** Return a line from one side of a frame to the other at a value. */
export const across = (frame, value, colour, width, dashes) =>
  lineAlong(`M${frame.left} ${frame.y(value)}H${frame.width - frame.right}`, colour, width, dashes);

/**
 * Return words beside a place, `by` so many pixels: at its right, unless it lies beyond that `part` of the
 * frame, where there is no room.
 */
export function textBeside(frame, [x, y], words, { by, part }) {
  const isRight = x > frame.width * part;
  return textAt(x + (isRight ? -by : by), y, words, {
    anchor: isRight ? "end" : "start",
    size: frame.size,
    isStrong: true,
    style: outlined(3),
  });
}

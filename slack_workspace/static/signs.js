// The signs with which our texts begin (a tick, a cross, a warning), drawn here: a machine without an emoji font
// shows an empty box for the character. The character stays in the page, unseen, so that copied text has it.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";

const SQUARE = "M5 1.5h10A3.5 3.5 0 0 1 18.5 5v10a3.5 3.5 0 0 1-3.5 3.5H5A3.5 3.5 0 0 1 1.5 15V5A3.5 3.5 0 0 1 5 1.5z";
const CIRCLE = "M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16z";
const TICK = "M5.5 10.5l3 3.2 6-7.4";
const ENVELOPE = "M3 4.5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1z";
const FINGERS = "M6.3 10V5.2M9.2 9.5V3M12.1 9.5V3.4M15 10.5V5.8";
const PALM = "M5 9.2h11.3V13a5.5 5.5 0 0 1-5.5 5.5c-2.4 0-4-1-5.2-2.9l-3-4.2c-.8-1.4.9-2.7 2-1.4L5 10.5z";

// character: its layers from the back, each a fill or (with "-line") a stroke of blocks.css, and a path of 20 x 20
const SIGNS = {
  "✅": [["green", SQUARE], ["white-line", TICK]],
  "☑": [["blue", SQUARE], ["white-line", TICK]],
  "❌": [["red-line thick", "M4 4l12 12M16 4 4 16"]],
  "⚠": [["amber round", "M10 2.8 18 17H2z"], ["dark-line", "M10 8v4M10 14.8h.01"]],
  "⏳": [["pale", "M5.5 2.5v3.2L9 10l-3.5 4.3v3.2h9v-3.2L11 10l3.5-4.3V2.5z"], ["amber", "M7 6.3h6L10 9.9zM6.8 17l3.2-3.6 3.2 3.6z"], ["brown-line", "M4.5 2.2h11M4.5 17.8h11"]],
  "👉": [["skin", "M1.5 7.6C1.5 6.4 2.4 5.8 3.6 5.8h3.6l2.6-2.6c1.1-.9 2.7.1 2.2 1.5L11.1 7h6.3a1.55 1.55 0 0 1 0 3.1h-4.2a1.4 1.4 0 0 1-.3 2.4 1.35 1.35 0 0 1-.7 2.2 1.3 1.3 0 0 1-1.2 1.9H6.2c-2.9 0-4.7-1.6-4.7-4.2z"], ["brown-line thin", "M13 10.1H9.6M12.6 12.5H9.6M11.9 14.7H9.4"]],
  "👍": [["blue", "M1.5 9h3v9h-3z"], ["skin", "M5.5 9.5 9.5 2c1.8 0 2.4 1.2 2.2 3l-.5 3h5c1.4 0 2.2 1 1.9 2.3l-1.3 6C16.5 17.4 15.7 18 14.6 18H5.5z"], ["brown-line thin", "M13 11h4.6M12.7 13.5h4.4"]],
  "👎": [["blue", "M1.5 2h3v9h-3z"], ["skin", "M5.5 10.5 9.5 18c1.8 0 2.4-1.2 2.2-3l-.5-3h5c1.4 0 2.2-1 1.9-2.3l-1.3-6C16.5 2.6 15.7 2 14.6 2H5.5z"], ["brown-line thin", "M13 9h4.6M12.7 6.5h4.4"]],
  "⚪": [["white edge", CIRCLE]],
  "🔴": [["red", CIRCLE]],
  "❔": [["grey-line thick", "M5.8 6.4C5.8 3.9 7.6 2.6 10 2.6s4.2 1.4 4.2 3.7c0 3-4.2 3-4.2 6M10 17.2h.01"]],
  "➖": [["grey-line thick", "M3.5 10h13"]],
  "✋": [["skin-line", FINGERS], ["skin", PALM]],
  "👋": [["skin-line tilted", FINGERS], ["skin tilted", PALM], ["grey-line thin", "M15.5 2.2c1.4.6 2.2 1.6 2.5 3M3 16.2c.4 1.3 1.3 2.2 2.6 2.6"]],
  "👀": [["white edge", "M5.5 4C3.5 4 2 6.7 2 10s1.5 6 3.5 6S9 13.3 9 10 7.5 4 5.5 4zM14.5 4c-2 0-3.5 2.7-3.5 6s1.5 6 3.5 6 3.5-2.7 3.5-6-1.5-6-3.5-6z"], ["dark", "M4.5 8.5a1.7 2.3 0 1 0 .01 0zM13.5 8.5a1.7 2.3 0 1 0 .01 0z"]],
  "⏰": [["grey-line", "M3 5.5 5.5 3M17 5.5 14.5 3M5.5 16 4 18M14.5 16l1.5 2"], ["red", "M10 3.2a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4z"], ["white", "M10 5.2a5.2 5.2 0 1 0 0 10.4 5.2 5.2 0 0 0 0-10.4z"], ["dark-line thin", "M10 7v3.4l2.4 1.5"]],
  "💤": [["blue-line", "M2.5 10.5h6l-6 7h6M11 2.5h6l-6 6.5h6"]],
  "🎉": [["amber", "M2 18 6.2 7.5l6.3 6.3z"], ["red-line", "M12 9.5c.2-2.2 1.6-3.3 3.8-3.2M14 13c1.3-.9 2.6-.8 4 .1"], ["blue-line", "M8.5 6.5c1-1.2 1-2.7.2-4"], ["green-line", "M13 3h.01M17.2 9.6h.01M16.5 17h.01"]],
  "🌅": [["amber", SQUARE], ["red", "M10 6.5a5.5 5.5 0 0 0-5.5 5.5h11A5.5 5.5 0 0 0 10 6.5z"], ["blue", "M1.5 12h17v3a3.5 3.5 0 0 1-3.5 3.5H5A3.5 3.5 0 0 1 1.5 15z"], ["white-line thin", "M6 14.3h8M8 16.5h4"]],
  "💬": [["pale edge", "M4 3h12a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H9l-4 3.5V14H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z"], ["dark-line", "M6.3 8.5h.01M10 8.5h.01M13.7 8.5h.01"]],
  "🆕": [["blue", SQUARE], ["white-line thin", "M3.6 13V7l2.9 6V7M11 7H8.5v6H11M8.5 10h2.1M12.5 7l1 6 1.3-4.3L16.1 13l1-6"]],
  "↩": [["blue", SQUARE], ["white-line", "M15 14.5V11a3 3 0 0 0-3-3H5.5M8.7 4.6 5.3 8l3.4 3.4"]],
  "✉": [["pale edge", ENVELOPE], ["grey-line thin", "M2.5 5.5 10 11l7.5-5.5"]],
  "📨": [["pale edge", "M7 4.5h10.5a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1z"], ["grey-line thin", "M6.5 5.5 12.3 11 18 5.5"], ["blue-line thin", "M1.5 7h2.3M1.5 10h2.3M1.5 13h2.3"]],
  "❄": [["blue-line", "M10 1.8v16.4M2.9 5.9l14.2 8.2M2.9 14.1l14.2-8.2"], ["blue-line thin", "M7.8 3.2 10 5.2l2.2-2M7.8 16.8l2.2-2 2.2 2M2.7 8.9l2.9-.9-.6-2.9M17.3 11.1l-2.9.9.6 2.9M2.7 11.1l2.9.9-.6 2.9M17.3 8.9l-2.9-.9.6-2.9"]],
  "🤝": [["blue", "M.8 6 5 4.2v8.6L.8 13.6z"], ["green", "M19.2 6 15 4.2v8.6l4.2.8z"], ["skin", "M5 5.6l3.8-.8L10.5 5.6 15 5v7l-1.2.8-2.6 2.5c-.7.6-1.6.6-2.2.1L5 12z"], ["brown-line thin", "M8 9.2l2.6-2.6 3.9 3.9M9.3 11.8l1.6 1.6M11.3 10.3l1.5 1.5"]],
};

// A character of ours in a text, with or without the mark that asks for its coloured form
export const SIGN = `(?:${Object.keys(SIGNS).join("|")})\\uFE0F?`;

// The shortcode's sign or, where we draw none, its character; null for a code that we do not know
export function drawCode(code, t) {
  const character = emoji(code);
  if (!character) return null;
  return drawSign(character, t) ?? h("span", { class: "emoji", title: `:${code}:` }, character);
}

export function drawSign(character, t) {
  const key = character.replace("\uFE0F", "");
  if (!SIGNS[key]) return null;
  const name = t("signs")[key];
  return h("span", { class: "sign", role: "img", "aria-label": name, title: name }, drawing(SIGNS[key]), h("span", { class: "sign-text" }, character));
}

function drawing(layers) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  for (const [paint, d] of layers) {
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("class", paint);
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

// Slack's markdown block: standard Markdown, as far as Slack draws it.

import { h } from "./dom.js";
import { link, plain } from "./mrkdwn.js";

const INLINE = new RegExp(
  [
    "(?<code>`[^`\\n]+`)",
    "!?\\[(?<label>[^\\]\\n]+)\\]\\((?<url>[^()\\s]+)\\)",
    "\\*\\*(?<bold>(?=\\S)[^\\n]*?\\S)\\*\\*",
    "~~(?<strike>(?=\\S)[^\\n]*?\\S)~~",
    "(?<![\\w*])\\*(?<star>(?=\\S)[^*\\n]*?[^\\s*])\\*(?![\\w*])",
    "(?<![\\w_])_(?<bar>(?=\\S)[^_\\n]*?[^\\s_])_(?![\\w_])",
    "(?<bare>https?://[^\\s<>]+[^\\s<>.,;:!?)\\]'\"])",
  ].join("|"),
  "g",
);

function inline(text, t) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(...plain(text.slice(end, match.index), t), piece(match.groups, t));
    end = match.index + match[0].length;
  }
  return [...nodes, ...plain(text.slice(end), t)];
}

function piece(found, t) {
  if (found.code) return h("code", {}, found.code.slice(1, -1));
  if (found.url) return link(found.url, found.label);
  if (found.bold) return h("strong", {}, inline(found.bold, t));
  if (found.strike) return h("s", {}, inline(found.strike, t));
  if (found.bare) return link(found.bare, found.bare);
  return h("em", {}, inline(found.star ?? found.bar, t));
}

// Each kind of line: how it is known, and how the lines of the kind that follow each other are drawn together
const KINDS = [
  [/^(#{1,6}) +(.+?) *#*$/, (found, t) => found.map(([, marks, text]) => h("h3", { class: marks.length < 3 ? "md-head md-head-large" : "md-head" }, inline(text, t)))],
  [/^ {0,3}(?:---+|\*\*\*+|___+) *$/, () => h("hr", { class: "b-divider" })],
  [/^> ?(.*)$/, (found, t) => h("blockquote", {}, spaced(found.map(([, text]) => text), t))],
  [/^( *)[-*+] +(?:\[([ xX])\] +)?(.+)$/, (found, t) => h("ul", { class: "rich-list" }, found.map(([, indent, tick, text]) => h(
    "li",
    { class: `indent-${Math.min(indent.length >> 1, 5)}` },
    tick && h("input", { type: "checkbox", checked: tick !== " ", disabled: true, "aria-label": text }),
    inline(text, t),
  )))],
  [/^( *)(\d+)[.)] +(.+)$/, (found, t) => h("ol", { class: "rich-list", start: found[0][2] }, found.map(([, indent, , text]) => h("li", { class: `indent-${Math.min(indent.length >> 1, 5)}` }, inline(text, t))))],
  [/^\|(.+)\| *$/, (found, t) => h("div", { class: "b-table", role: "group", "aria-label": t("table"), tabindex: "0" }, h("table", {}, found
    .map(([, row]) => row.split("|").map((cell) => cell.trim()))
    .filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)))
    .map((cells, index) => h("tr", {}, cells.map((cell) => h(index ? "td" : "th", { scope: index ? undefined : "col" }, inline(cell, t))))))) ],
  [/^(?=.*\S)(.*)$/, (found, t) => h("p", { class: "md-text" }, spaced(found.map(([, text]) => text), t))],
];

const spaced = (lines, t) => lines.flatMap((line, index) => [index > 0 && h("br"), ...inline(line, t)]);

export function markdown(text, t) {
  return text.split(/^```[^\n]*\n([\s\S]*?)\n?^```$/m).flatMap((part, index) => (index % 2 ? [h("pre", {}, part)] : paragraphs(part, t)));
}

function paragraphs(text, t) {
  const nodes = [];
  let kind = null;
  let lines = [];
  const flush = () => {
    if (kind) nodes.push(...[kind[1](lines, t)].flat());
    kind = null;
    lines = [];
  };
  for (const line of text.split("\n")) {
    const next = KINDS.find(([shape]) => shape.test(line)) ?? null;
    if (next !== kind) flush();
    kind = next;
    if (next) lines.push(line.match(next[0]));
  }
  flush();
  return nodes;
}

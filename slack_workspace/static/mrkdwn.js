// Slack's mrkdwn as elements. See docs.slack.dev/messaging/formatting-message-text.

import { slackDate } from "./dates.js";
import { h } from "./dom.js";
import { drawCode, drawSign, SIGN } from "./signs.js";

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const INLINE = new RegExp(
  [
    "(?<code>`[^`\\n]+`)",
    "<(?<angle>[^<>\\n]+)>",
    "(?<![\\w*])\\*(?<bold>(?=\\S)[^*\\n]*?[^\\s*])\\*(?![\\w*])",
    "(?<![\\w_])_(?<italic>(?=\\S)[^_\\n]*?\\S)_(?![\\w_])",
    "(?<![\\w~])~(?<strike>(?=\\S)[^~\\n]*?\\S)~(?![\\w~])",
    ":(?<emoji>[a-z0-9_+'-]+(?:::skin-tone-\\d)?):",
    `(?<sign>${SIGN})`,
    "(?<bare>https?://[^\\s<>|*]+[^\\s<>|*.,;:!?)\\]'\"])",
  ].join("|"),
  "g",
);

export function link(url, label, className = "") {
  if (!/^(https?|mailto|tel):/i.test(url)) return document.createTextNode(label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: className || undefined }, label);
}

// about: who is there and what time it is, see store.about()
export function mrkdwn(text, about) {
  const nodes = [];
  text.split(/```/).forEach((piece, index, all) => {
    if (index % 2 && index < all.length - 1) nodes.push(h("pre", {}, unescape(piece.replace(/^\n|\n$/g, ""))));
    else nodes.push(...lines(index % 2 ? "```" + piece : piece, about, nodes.length > 0));
  });
  return nodes;
}

const PLAIN = new RegExp(`:(?<emoji>[a-z0-9_+'-]+):|(?<sign>${SIGN})`, "g");

export const plain = (text, t) => {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(PLAIN)) {
    const { emoji, sign } = match.groups;
    const found = sign ? drawSign(sign, t) : drawCode(emoji, t);
    if (!found) continue;
    nodes.push(text.slice(end, match.index), found);
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
};

const isBlock = (node) => node?.className === "bullet" || node?.className === "gap";

function lines(text, about, follows) {
  const nodes = [];
  let quoted = null;
  const all = text.split("\n");
  if (follows && all[0] === "") all.shift();
  all.forEach((line, index) => {
    const quote = line.match(/^(?:&gt;|>) ?(.*)$/s);
    if (quote) {
      if (!quoted) nodes.push((quoted = h("blockquote")));
      else quoted.append(h("br"));
      quoted.append(...inline(quote[1], about));
      return;
    }
    if (index > 0 && !quoted) nodes.push(h("br"));
    quoted = null;
    const bullet = line.match(/^(\s*)([•◦▪‣-]|\d+\.) (.+)$/);
    if (bullet && bullet[2] !== "-") {
      if (nodes.at(-1)?.tagName === "BR") nodes.pop();
      nodes.push(h("span", { class: "bullet" }, h("span", { class: "bullet-mark" }, bullet[2]), h("span", {}, inline(bullet[3], about))));
    } else if (!(nodes.at(-1)?.tagName === "BR" && isBlock(nodes.at(-2)))) {
      nodes.push(...inline(line, about));
    } else {
      nodes.pop();
      nodes.push(...(line ? inline(line, about) : [h("span", { class: "gap" })]));
    }
  });
  return nodes;
}

function inline(text, about) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const found = piece(match.groups, about);
    if (found === null) continue;
    nodes.push(unescape(text.slice(end, match.index)), found);
    end = match.index + match[0].length;
  }
  nodes.push(unescape(text.slice(end)));
  return nodes.filter((node) => node !== "");
}

function piece(groups, about) {
  if (groups.code) return h("code", {}, unescape(groups.code.slice(1, -1)));
  if (groups.angle) return angle(groups.angle, about);
  if (groups.bold) return h("strong", {}, inline(groups.bold, about));
  if (groups.italic) return h("em", {}, inline(groups.italic, about));
  if (groups.strike) return h("s", {}, inline(groups.strike, about));
  if (groups.bare) return link(unescape(groups.bare), unescape(groups.bare));
  return groups.sign ? drawSign(groups.sign, about.t) : drawCode(groups.emoji, about.t);
}

function angle(inside, about) {
  const [target, label] = inside.split(/\|(.*)/s);
  if (target.startsWith("@")) return mention(target.slice(1), about, label);
  if (target.startsWith("#")) return channelLink(target.slice(1), about, label);
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    const said = slackDate(Number(seconds), unescape(format), about);
    return url ? link(unescape(url), said) : h("time", { datetime: new Date(seconds * 1000).toISOString() }, said);
  }
  if (target.startsWith("!")) {
    const group = target.startsWith("!subteam^") && about.group(target.split("^")[1]);
    const name = group ? `@${group}` : label ?? "@" + target.slice(1).split("^").at(-1);
    return h("span", { class: "mention" }, unescape(name));
  }
  return link(unescape(target), unescape(label ?? target.replace(/^mailto:/, "")));
}

export function mention(id, about, label) {
  const name = about.name(id) ?? label ?? id;
  return h("span", { class: id === about.me ? "mention mention-me" : "mention", data: { user: id } }, `@${name}`);
}

export function channelLink(id, about, label) {
  const channel = about.channel(id);
  const name = `#${channel?.name ?? label ?? id}`;
  if (!channel) return h("span", { class: "mention" }, name);
  return h("button", { type: "button", class: "mention mention-link", data: { channel: id }, onclick: () => about.go(id) }, name);
}

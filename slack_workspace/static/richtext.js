// Slack's rich_text blocks.

import { h } from "./dom.js";
import { slackDate } from "./dates.js";
import { channelLink, link, mention } from "./mrkdwn.js";
import { drawCode } from "./signs.js";

export const richText = (elements, about) => elements.map((element) => BLOCK[element.type]?.(element, about) ?? null);

const parts = (elements, about) => elements.map((element) => styled(PART[element.type]?.(element, about) ?? "", element.style));

const BLOCK = {
  rich_text_section: (element, about) => h("p", { class: "rich" }, parts(element.elements, about)),
  rich_text_quote: (element, about) => h("blockquote", {}, parts(element.elements, about)),
  rich_text_preformatted: (element, about) => h("pre", {}, parts(element.elements, about)),
  rich_text_list: (element, about) => {
    const list = h(
      element.style === "ordered" ? "ol" : "ul",
      { class: `rich-list indent-${Math.min(element.indent ?? 0, 5)}`, start: element.offset ? String(element.offset + 1) : undefined },
      element.elements.map((item) => h("li", {}, parts(item.elements, about))),
    );
    return list;
  },
};

const PART = {
  text: (part) => part.text,
  link: (part) => link(part.url, part.text ?? part.url),
  emoji: (part, about) => drawCode(part.name, about.t) ?? `:${part.name}:`,
  user: (part, about) => mention(part.user_id, about),
  channel: (part, about) => channelLink(part.channel_id, about),
  usergroup: (part) => h("span", { class: "mention" }, `@${part.usergroup_id}`),
  broadcast: (part) => h("span", { class: "mention" }, `@${part.range}`),
  color: (part) => h("code", {}, part.value),
  date: (part, about) => h("time", {}, slackDate(part.timestamp, part.format ?? "{date}", about)),
};

function styled(node, style = {}) {
  let drawn = node;
  for (const [name, tag] of [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]]) {
    if (style?.[name]) drawn = h(tag, {}, drawn);
  }
  return drawn;
}

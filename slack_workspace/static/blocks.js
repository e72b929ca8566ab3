// Drawing Slack's blocks.

import { h } from "./dom.js";
import { drawElement, isGroup } from "./elements.js";
import { markdown } from "./markdown.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { drawTable } from "./table.js";

export function drawText(text, about) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(text.text, about) : plain(text.text, about.t);
}

export function drawBlocks(surface, about) {
  return surface.blocks.map((block) => {
    const drawn = DRAW[block.type]?.(block, about, surface) ?? undrawn("undrawnBlock", block.type, about.t);
    drawn.dataset.block = block.block_id;
    return drawn;
  });
}

// In the place of what Slack would show and this page can't: never in Slack's words
export const undrawn = (key, type, t) => h("p", { class: "undrawn" }, t(key, { type }));

const DRAW = {
  divider: () => h("hr", { class: "b-divider" }),

  header: (block, about) => h(about.heading ?? "h3", { class: "b-header" }, drawText(block.text, about)),

  section: (block, about, surface) => {
    const body = h("div", { class: "b-section-body" });
    if (block.text) body.append(h("div", { class: "b-text" }, drawText(block.text, about)));
    if (block.fields) {
      body.append(h("div", { class: "b-fields" }, block.fields.map((field) => h("div", { class: "b-text" }, drawText(field, about)))));
    }
    const section = h("div", { class: "b-section" }, body);
    if (block.accessory) {
      const label = (block.text?.text ?? "").replace(/[*_~`]/g, "").slice(0, 120);
      section.append(h("div", { class: "b-accessory" }, drawElement(block, block.accessory, surface, about, label)));
      if (isGroup(block.accessory)) section.classList.add("b-section-tall");
    }
    return section;
  },

  context: (block, about, surface) => h(
    "div",
    { class: "b-context" },
    block.elements.map((element) => (element.type === "image"
      ? drawElement(block, element, surface, about)
      : h("span", { class: "b-context-text" }, drawText(element, about)))),
  ),

  actions: (block, about, surface) => h(
    "div",
    { class: "b-actions" },
    block.elements.map((element) => drawElement(block, element, surface, about)),
  ),

  context_actions: (block, about, surface) => h(
    "div",
    { class: "b-actions b-context-actions" },
    block.elements.map((element) => drawElement(block, element, surface, about)),
  ),

  table: (block, about) => drawTable(block, about),

  markdown: (block, about) => h("div", { class: "b-text b-markdown" }, markdown(block.text, about.t)),

  alert: (block, about) => {
    const level = block.level ?? "default";
    return h(
      "div",
      { class: `b-alert b-alert-${level}` },
      h("span", { class: "b-alert-level" }, about.t("levels")[level]),
      h("div", { class: "b-text" }, drawText(block.text, about)),
    );
  },

  image: (block, about) => h(
    "figure",
    { class: "b-image" },
    block.title && h("figcaption", {}, plain(block.title.text, about.t)),
    picture(block.image_url, block.alt_text),
  ),

  input: (block, about, surface) => {
    const id = `input-${surface.key}-${block.block_id}`.replace(/[^\w-]/g, "-");
    const wide = isGroup(block.element);
    const label = [
      h("span", { class: "b-label" }, plain(block.label.text, about.t), block.optional && h("span", { class: "b-optional" }, ` ${about.t("optional")}`)),
    ];
    const described = [block.hint && `${id}-hint`, `${id}-fault`].filter(Boolean).join(" ");
    const element = drawElement(block, block.element, surface, about, block.label.text, { id, described, required: !block.optional });
    return h(
      wide ? "fieldset" : "div",
      { class: "b-input" },
      wide ? h("legend", {}, label) : h("label", { for: id }, label),
      element,
      block.hint && h("p", { class: "b-hint", id: `${id}-hint` }, plain(block.hint.text, about.t)),
      h("p", { class: "b-fault", id: `${id}-fault`, role: "alert", data: { fault: block.block_id }, hidden: true }),
    );
  },

  rich_text: (block, about) => h("div", { class: "b-text" }, richText(block.elements, about)),
};

// Pictures from other hosts are not fetched; their words stand in for them
export function picture(url, alt) {
  const own = url?.startsWith("/") || url?.startsWith(location.origin) || url?.startsWith("data:image/");
  return own ? h("img", { src: url, alt, loading: "lazy" }) : h("span", { class: "no-picture", role: "img", "aria-label": alt }, alt);
}

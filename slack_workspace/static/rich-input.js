// A text input with bold, italic, struck-out words and lists, whose value is Slack's rich text.

import { h } from "./dom.js";
import { richText } from "./richtext.js";

const STYLES = { B: "bold", STRONG: "bold", I: "italic", EM: "italic", S: "strike", STRIKE: "strike", DEL: "strike", CODE: "code" };
const BUTTONS = [["bold", "B"], ["italic", "I"], ["strikeThrough", "S"], ["insertUnorderedList", "•"]];

// change: is told the value at every key; enter: whether the key was taken
export function richInput({ attributes, placeholder, lines, now, about, change, enter }) {
  const { t } = about;
  const box = h("div", {
    ...attributes,
    class: "field rich-field",
    role: "textbox",
    "aria-multiline": "true",
    "aria-placeholder": placeholder,
    contenteditable: "true",
    tabindex: "0",
    oninput: () => change(read(box)),
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && enter(read(box))) event.preventDefault();
    },
    onpaste: (event) => {
      event.preventDefault();
      document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
    },
  }, now ? richText(now.elements, about) : []);
  if (placeholder) box.dataset.placeholder = placeholder;
  box.style.minHeight = `${1.5 * lines + 1}em`;
  const press = (command) => {
    box.focus();
    document.execCommand(command);
    change(read(box));
  };
  const tools = h("div", { class: "rich-tools", role: "group", "aria-label": t("format") }, BUTTONS.map(([command, face]) => h(
    "button",
    {
      type: "button",
      class: `btn-plain rich-${command}`,
      "aria-label": t(command),
      title: t(command),
      onpointerdown: (event) => event.preventDefault(), // the words stay selected
      onclick: () => press(command),
    },
    face,
  )));
  return h("div", { class: "rich-input" }, tools, box);
}

// The value of what stands in `box`, or null if that is nothing
export function read(box) {
  const elements = [];
  let section = null;
  const text = (words, style) => {
    if (!section) elements.push((section = { type: "rich_text_section", elements: [] }));
    add(section.elements, words, style);
  };
  const walk = (node, style) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) text(child.data, style);
      else if (child.tagName === "BR") text("\n", style);
      else if (child.tagName === "UL" || child.tagName === "OL") {
        section = null;
        elements.push({ type: "rich_text_list", style: child.tagName === "OL" ? "ordered" : "bullet", elements: [...child.children].map(item) });
      } else {
        if (["DIV", "P"].includes(child.tagName) && section?.elements.length) text("\n", {});
        walk(child, STYLES[child.tagName] ? { ...style, [STYLES[child.tagName]]: true } : style);
      }
    }
  };
  walk(box, {});
  const said = box.textContent.trim() !== "";
  return said ? { type: "rich_text", elements: elements.filter((one) => one.elements.length) } : null;
}

function item(line) {
  const section = { type: "rich_text_section", elements: [] };
  const walk = (node, style) => node.childNodes.forEach((child) => {
    if (child.nodeType === Node.TEXT_NODE) add(section.elements, child.data, style);
    else walk(child, STYLES[child.tagName] ? { ...style, [STYLES[child.tagName]]: true } : style);
  });
  walk(line, {});
  return section;
}

function add(elements, words, style) {
  if (!words) return;
  const last = elements.at(-1);
  const looks = JSON.stringify(style) === "{}" ? {} : { style };
  if (last && JSON.stringify(last.style ?? {}) === JSON.stringify(style)) last.text += words;
  else elements.push({ type: "text", text: words, ...looks });
}

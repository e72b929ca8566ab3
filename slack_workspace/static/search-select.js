// A select whose options come from the app while one types: a combobox with a list.

import { h } from "./dom.js";

export function searchSelect({ attributes, placeholder, least, now, t, find, choose }) {
  const listId = `list-${Math.random().toString(36).slice(2)}`;
  const list = h("ul", { class: "suggestions", role: "listbox", id: listId, hidden: true });
  let options = [];
  let at = -1;
  let asked = 0;
  let timer = 0;

  const input = h("input", {
    ...attributes,
    type: "text",
    class: "field",
    role: "combobox",
    autocomplete: "off",
    placeholder,
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    "aria-controls": listId,
    oninput: () => later(),
    onclick: () => { if (list.hidden) later(0); },
    onblur: () => setTimeout(close, 150),
    onkeydown: (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) return later(0);
        mark(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        if (options[at]) pick(options[at]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        close();
      }
    },
  });
  input.value = now?.text.text ?? "";

  function later(wait = 150) {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  }

  async function ask() {
    if (input.value.length < least) return close();
    const number = ++asked;
    const found = await find(input.value);
    if (number !== asked || document.activeElement !== input) return;
    options = found.options ?? (found.option_groups ?? []).flatMap((group) => group.options);
    const lines = options.map((option, index) => h(
      "li",
      {
        role: "option",
        id: `${listId}-${index}`,
        data: { value: option.value },
        onpointerdown: (event) => { event.preventDefault(); pick(option); },
      },
      option.text.text,
      option.description && h("span", { class: "choice-more" }, option.description.text),
    ));
    if (!lines.length) lines.push(h("li", { class: "nothing", role: "option", "aria-disabled": "true" }, found.error ? t("trouble") : t("noMatch")));
    list.replaceChildren(...lines);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(options.length ? 0 : -1);
  }

  function mark(index) {
    if (!options.length) return;
    at = (index + options.length) % options.length;
    [...list.children].forEach((line, number) => line.setAttribute("aria-selected", String(number === at)));
    input.setAttribute("aria-activedescendant", `${listId}-${at}`);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function pick(option) {
    input.value = option.text.text;
    close();
    choose(option);
  }

  function close() {
    asked++;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  return h("span", { class: "search-select" }, input, list);
}

// The message box: messages, slash commands with their hints, and the commands given before.

import { h, icon, menuButton } from "./dom.js";

export function composer(store, root) {
  let text = null;
  let list = null;
  let hint = null;
  let form = null;
  let options = [];
  let at = 0;
  let recall = -1;
  const drafts = new Map();

  const draftKey = () => `${store.team}:${store.me}:${store.place}`;
  const pastKey = () => `${store.team}:${store.me}`;
  const past = () => store.history.get(pastKey()) ?? [];

  function draw() {
    const { t, channel } = store;
    if (!channel) return root.replaceChildren();
    if (channel.archived) return root.replaceChildren(h("p", { class: "quiet archived" }, t("archived")));
    const name = store.placeName(store.place);
    const globals = store.data.shortcuts.filter((shortcut) => !shortcut.on_message);
    list = h("ul", { class: "suggestions suggestions-up", role: "listbox", id: "commands", "aria-label": t("commands"), hidden: true });
    hint = h("p", { class: "command-hint", id: "command-hint", hidden: true });
    text = h("textarea", {
      id: "composer-text",
      rows: "1",
      placeholder: t("messageTo", { name }),
      "aria-label": t("messageTo", { name }),
      "aria-describedby": "command-hint composer-help",
      "aria-autocomplete": "list",
      "aria-controls": "commands",
      "aria-haspopup": "listbox",
      autocomplete: "off",
      spellcheck: "true",
      oninput: changed,
      onkeydown: key,
      onblur: () => setTimeout(closeList, 150),
    });
    form = h(
      "form",
      { class: "composer-box", onsubmit: (event) => { event.preventDefault(); send(); } },
      list,
      hint,
      text,
      h(
        "div",
        { class: "composer-foot" },
        menuButton({
          label: t("shortcuts"),
          face: icon("bolt"),
          className: "btn-plain",
          data: { composer: "shortcuts" },
          items: () => [...globals.map(shortcutItem), ...store.data.commands.map(commandItem)],
        }),
        h("span", { class: "quiet composer-help", id: "composer-help" }, t("enterSends")),
        h("button", { type: "submit", class: "btn-send", "aria-label": t("send"), title: t("send"), data: { composer: "send" } }, icon("send")),
      ),
    );
    root.replaceChildren(form);
    text.value = drafts.get(draftKey()) ?? "";
    recall = -1;
    changed();
    closeList();
  }

  const shortcutItem = (shortcut) => ({
    face: [icon("bolt"), h("span", {}, store.say(shortcut.name))],
    data: { shortcut: shortcut.callback_id },
    run: async () => {
      const outcome = await store.act("shortcut", { callback_id: shortcut.callback_id });
      if (outcome.error) store.tell("trouble", outcome.error);
    },
  });

  const commandItem = (command) => ({
    face: [h("code", {}, command.name), h("span", { class: "quiet" }, store.say(command.description))],
    data: { command: command.name },
    run: () => put(`${command.name} `),
  });

  function changed() {
    drafts.set(draftKey(), text.value);
    form.classList.toggle("has-text", text.value.trim() !== "");
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 180)}px`;
    const first = text.value.match(/^(\/\S*)(\s?)/);
    const known = first && store.data.commands.find((command) => command.name === first[1]);
    const typing = first && !first[2];
    options = typing ? store.data.commands.filter((command) => command.name.startsWith(first[1])) : [];
    if (options.length && !(options.length === 1 && known && !store.say(known.hint))) openList();
    else closeList();
    hint.hidden = !(known && first[2]);
    if (!hint.hidden) hint.replaceChildren(h("code", {}, `${known.name} ${store.say(known.hint)}`), h("span", { class: "quiet" }, store.say(known.description)));
  }

  function openList() {
    at = Math.min(at, options.length - 1);
    list.replaceChildren(...options.map((command, index) => h(
      "li",
      {
        role: "option",
        id: `command-${index}`,
        "aria-selected": String(index === at),
        data: { command: command.name },
        onpointerdown: (event) => { event.preventDefault(); put(`${command.name} `); },
      },
      h("span", {}, h("code", {}, command.name), " ", h("span", { class: "quiet" }, store.say(command.hint))),
      h("span", { class: "choice-more" }, store.say(command.description)),
    )));
    list.hidden = false;
    text.setAttribute("aria-activedescendant", `command-${at}`);
  }

  function closeList() {
    if (!list) return;
    at = 0;
    list.hidden = true;
    text.removeAttribute("aria-activedescendant");
  }

  function key(event) {
    if (event.isComposing) return;
    const open = !list.hidden;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (open && options[at].name !== text.value) put(`${options[at].name} `);
      else send();
    } else if (open && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      put(`${options[at].name} `);
    } else if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
      openList();
    } else if (open && event.key === "Escape") {
      event.preventDefault();
      closeList();
    } else if (event.key === "ArrowUp" && (text.value === "" || recall >= 0)) {
      event.preventDefault();
      recallLine(recall + 1);
    } else if (event.key === "ArrowDown" && recall >= 0) {
      event.preventDefault();
      recallLine(recall - 1);
    } else recall = -1;
  }

  function recallLine(index) {
    const lines = past();
    if (index >= lines.length) return;
    recall = index;
    put(index < 0 ? "" : lines[lines.length - 1 - index], false);
    closeList();
    recall = index;
  }

  function put(line, forget = true) {
    text.value = line;
    if (forget) recall = -1;
    changed();
    text.focus();
    text.setSelectionRange(line.length, line.length);
  }

  async function send() {
    const line = text.value.trim();
    if (!line || form.getAttribute("aria-busy")) return;
    const box = form;
    store.history.set(pastKey(), [...past().filter((other) => other !== line), line].slice(-50));
    put("");
    store.tell("sent", line);
    box.setAttribute("aria-busy", "true");
    const command = line.match(/^(\/\S+)\s*([\s\S]*)$/);
    const outcome = command
      ? await store.act("command", { channel: store.place, command: command[1], text: command[2] })
      : await store.act("say", { channel: store.place, text: line });
    box.removeAttribute("aria-busy");
    if (outcome.error === "offline") {
      put(line);
      store.tell("trouble", outcome.error);
    }
  }

  return { draw, put: (line) => text && put(line), focus: () => text?.focus() };
}

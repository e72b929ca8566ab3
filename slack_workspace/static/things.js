// The right side: what there is to try.

import { avatar, h, icon } from "./dom.js";
import { troubles } from "./troubles.js";

export function things(store, root, compose) {
  const triedIn = new Map(); // what has been tried in each workspace
  const switches = troubles(store);

  function tried() {
    if (!triedIn.has(store.team)) triedIn.set(store.team, new Set());
    return triedIn.get(store.team);
  }

  async function go(suggestion, index) {
    const place = suggestion.channel === "dm" ? null : suggestion.channel;
    if (suggestion.person !== store.me) await store.become(suggestion.person, place ?? "");
    else store.go(place ?? store.dm);
    store.tell("drawers-close");
    if (suggestion.command) {
      const line = store.say(suggestion.command);
      compose.put(line);
      waitingFor = { team: store.team, line, index };
    } else {
      if (!suggestion.control) tried().add(index);
      compose.focus();
    }
    draw();
  }

  let waitingFor = null;
  store.on("sent", (event) => {
    if (waitingFor?.team === store.team && event.detail === waitingFor.line) {
      tried().add(waitingFor.index);
      waitingFor = null;
      draw();
    }
  });

  function draw() {
    const { data, t } = store;
    const focused = root.contains(document.activeElement) && document.activeElement.dataset.trouble;
    const scroll = root.querySelector(".cards")?.scrollTop ?? 0;
    root.setAttribute("aria-label", t("things"));
    root.replaceChildren(
      h("header", { class: "things-head" },
        h("div", {}, h("h2", {}, icon("spark"), t("things"))),
        h("button", { type: "button", class: "btn-plain", "aria-label": t("closeThings"), title: t("closeThings"), data: { things: "close" }, onclick: () => store.tell("things", false) }, icon("close"))),
      h("div", { class: "cards" },
        h("p", { class: "intro" }, store.say(data.intro)),
        switches(),
        data.suggestions.length ? h("ol", {}, data.suggestions.map(card)) : h("p", { class: "quiet" }, t("noSuggestions"))),
    );
    root.querySelector(".cards").scrollTop = scroll;
    if (focused) root.querySelector(`[data-trouble="${focused}"]`)?.focus();
  }

  function card(suggestion, index) {
    const { t } = store;
    const person = store.person(suggestion.person);
    const place = suggestion.channel_name ? `#${suggestion.channel_name}` : store.placeName(suggestion.channel);
    const control = store.data.controls.find((one) => one.id === suggestion.control);
    const done = tried().has(index);
    return h("li", { class: done ? "card card-tried" : "card", data: { suggestion: String(index) } },
      h("button", { type: "button", class: "card-go", data: { go: String(index) }, onclick: () => go(suggestion, index) },
        h("span", { class: "card-title" }, store.say(suggestion.title), done && h("span", { class: "card-done", title: t("tried") }, icon("check"))),
        h("span", { class: "card-body" }, store.say(suggestion.body)),
        suggestion.command && h("code", { class: "card-command" }, store.say(suggestion.command)),
        h("span", { class: "card-who" }, avatar(person), t("asIn", { person: person.real_name, place }))),
      control && h("button", {
        type: "button",
        class: "btn btn-small",
        data: { control: control.id },
        onclick: (event) => store.tell("control", { control, button: event.currentTarget, done: () => { tried().add(index); draw(); } }),
      }, icon("play"), store.say(control.label)));
  }

  store.on("all people troubles", draw);
  return draw;
}

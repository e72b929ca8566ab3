// The top: what this is, the workspace's clock and the controls beside it, and the page's language.

import { longTime } from "./dates.js";
import { h, icon } from "./dom.js";

export function topbar(store, root) {
  const clock = h("time", { class: "clock-time", id: "clock" });

  function draw() {
    const { data, t } = store;
    const controls = data.controls.filter((control) => control.header);
    root.replaceChildren(
      h("button", { type: "button", class: "btn-top only-narrow", "aria-label": t("openSide"), title: t("openSide"), data: { drawer: "side" }, onclick: () => store.tell("side", true) }, icon("menu")),
      h("p", { class: "story" }, store.say(data.title)),
      h("div", { class: "clock" },
        h("span", { class: "clock-face" }, clock),
        controls.map((control) => h("button", {
          type: "button",
          class: "btn-control",
          data: { control: control.id },
          onclick: (event) => store.tell("control", { control, button: event.currentTarget }),
        }, icon("play"), store.say(control.label)))),
      h("div", { class: "languages", role: "group", "aria-label": t("pageLanguage") }, [["en", "English", "EN"], ["cy", "Cymraeg", "CY"]].map(([code, name, short]) => h(
        "button",
        { type: "button", lang: code, "aria-pressed": String(store.language === code), "aria-label": name, data: { language: code }, onclick: () => store.setLanguage(code) },
        h("span", { class: "wide-word" }, name),
        h("span", { class: "narrow-word" }, short),
      ))),
      h("button", { type: "button", class: "btn-top", "aria-label": t("openThings"), title: t("things"), data: { drawer: "things" }, onclick: () => store.tell("things") }, icon("spark")),
    );
    tick();
  }

  function tick() {
    const { t, data } = store;
    clock.textContent = longTime(data.now, data.zone, t);
    clock.title = `${t("clock")}: ${clock.textContent}`;
    clock.dateTime = new Date(data.now * 1000).toISOString();
  }

  store.on("all", draw);
  store.on("clock", tick);
  return draw;
}

// The middle: what it is called, Home's tab, and the stream.

import { drawBlocks } from "./blocks.js";
import { avatar, h, icon } from "./dom.js";
import { stream } from "./messages.js";
import { HOME } from "./store.js";
import { Surface } from "./values.js";

export function room(store, head, body) {
  const messages = stream(store, body);

  function draw() {
    drawHead();
    body.setAttribute("aria-label", store.placeName(store.place));
    if (store.place === HOME) drawHome();
    else messages.start();
    document.title = `${store.placeName(store.place)} – ${store.data.team.name}`;
  }

  function drawHead() {
    const { channel, data, t } = store;
    const bot = store.person(data.bot.id);
    if (!channel || channel.direct) {
      const tab = (id, name) => h(
        "button",
        { type: "button", role: "tab", class: "tab", "aria-selected": String(store.place === id), data: { tab: id === HOME ? "home" : "messages" }, onclick: () => store.go(id) },
        name,
      );
      head.replaceChildren(
        h("h2", {}, avatar(bot, true), bot.real_name, h("span", { class: "app-mark" }, t("app"))),
        h("div", { role: "tablist", class: "tabs", "aria-label": bot.real_name }, tab(HOME, t("home")), tab(store.dm, t("messages"))),
      );
      return;
    }
    const faces = channel.members.filter((id) => id !== data.bot.id).slice(0, 3).map((id) => avatar(store.person(id)));
    head.replaceChildren(
      h("h2", {}, icon("hash"), channel.name),
      channel.topic && h("p", { class: "topic" }, channel.topic),
      h("span", { class: "faces", title: channel.members.map((id) => store.person(id).real_name).join(", "), "aria-label": t("members", { count: channel.members.length }), role: "img" },
        faces, h("b", {}, String(channel.members.length))),
    );
  }

  function drawHome() {
    const view = store.data.home;
    const { t, data } = store;
    if (!view) {
      body.replaceChildren(h("div", { class: "beginning" }, avatar(store.person(data.bot.id), true), h("h2", {}, data.bot.name), h("p", { class: "quiet" }, t("noHome", { name: data.bot.name }))));
      return;
    }
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset?.action : null;
    const surface = new Surface(store, view.id, { view: view.id }, view.blocks);
    body.replaceChildren(h("div", { class: "home", data: { view: view.id, hash: view.hash } }, drawBlocks(surface, store.about())));
    if (focused) body.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus();
  }

  store.on("all place", draw);
  // "Today" is yesterday once the night has passed
  store.on("clock", () => { if (store.place !== HOME) messages.update(); });
  store.on("people", () => { drawHead(); });
  store.on("home", () => { if (store.place === HOME) drawHome(); });
  store.on("messages", (event) => { if (event.detail.channel === store.place) messages.update(); });
  return draw;
}

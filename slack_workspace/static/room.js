// The middle: what it is called, Home's tab, and the stream.

import { drawBlocks } from "./blocks.js";
import { longDay } from "./dates.js";
import { avatar, h, icon } from "./dom.js";
import { stream } from "./messages.js";
import { HOME } from "./store.js";
import { Surface } from "./values.js";

export function room(store, head, body) {
  const messages = stream(store, body);

  function draw() {
    drawHead();
    nameBody();
    if (store.place === HOME) {
      drawHome();
      body.scrollTop = document.scrollingElement.scrollTop = 0;
    } else messages.start();
    nameWindow();
  }

  // With the day of the workspace's clock: several windows may stand open on several days
  function nameWindow() {
    const { data, t } = store;
    document.title = `${store.placeName(store.place)} – ${data.team.name} – ${longDay(data.now, data.zone, t)}`;
  }

  function nameBody() {
    const { channel } = store;
    const isPanel = !channel || channel.direct;
    body.setAttribute("role", isPanel ? "tabpanel" : "region");
    if (isPanel) body.setAttribute("aria-labelledby", `tab-${channel ? "messages" : "home"}`);
    else body.removeAttribute("aria-labelledby");
    body.setAttribute("aria-label", store.placeName(store.place));
  }

  function drawHead() {
    const { channel, data, t } = store;
    const bot = store.person(data.bot.id);
    if (!channel || channel.direct) {
      const places = [[HOME, "home"], [store.dm, "messages"]];
      const tab = ([id, name]) => h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${name}`,
          class: "tab",
          "aria-selected": String(store.place === id),
          "aria-controls": body.id,
          tabindex: store.place === id ? "0" : "-1",
          data: { tab: name },
          onclick: () => open(id),
        },
        t(name),
      );
      const open = (id) => {
        store.go(id);
        head.querySelector("[aria-selected=true]").focus();
      };
      // Two tabs: either arrow leads to the other, as do Home and End
      const key = (event) => {
        const to = { ArrowLeft: other(), ArrowRight: other(), Home: HOME, End: store.dm }[event.key];
        if (!to) return;
        event.preventDefault();
        open(to);
      };
      const other = () => (store.place === HOME ? store.dm : HOME);
      head.replaceChildren(
        h("h1", {}, avatar(bot, true), bot.real_name, h("span", { class: "app-mark" }, t("app"))),
        h("div", { role: "tablist", class: "tabs", "aria-label": bot.real_name, onkeydown: key }, places.map(tab)),
      );
      return;
    }
    const faces = channel.members.filter((id) => id !== data.bot.id).slice(0, 3).map((id) => avatar(store.person(id)));
    head.replaceChildren(
      h("h1", {}, icon("hash"), channel.name),
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
    body.replaceChildren(h("div", { class: "home", lang: store.languageOf(store.me), data: { view: view.id, hash: view.hash } }, drawBlocks(surface, { ...store.about(), heading: "h2" })));
    if (focused) body.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus();
  }

  store.on("all place", draw);
  // "Today" is yesterday once the night has passed
  store.on("clock", nameWindow);
  store.on("clock", () => { if (store.place !== HOME) messages.update(); });
  store.on("people", () => { drawHead(); });
  store.on("home", () => { if (store.place === HOME) drawHome(); });
  store.on("messages", (event) => { if (event.detail.channel === store.place) messages.update(); });
  return draw;
}

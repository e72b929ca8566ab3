// The left side: the workspace, who one is, and where one can go.

import { avatar, h, icon } from "./dom.js";
import { HOME } from "./store.js";

export function sidebar(store, root) {
  let peopleOpen = false;

  function draw() {
    const { data, t } = store;
    const dm = data.channels.find((channel) => channel.direct);
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset : null;
    root.setAttribute("aria-label", t("channels"));
    root.replaceChildren(
      h("div", { class: "team" }, h("img", { src: "/static/icon.svg", alt: "" }), h("p", { class: "team-name" }, data.team.name),
        h("button", { type: "button", class: "btn-top only-narrow", "aria-label": t("closeSide"), title: t("closeSide"), data: { side: "close" }, onclick: () => store.tell("drawers-close") }, icon("close"))),
      ...(data.teams.length > 1 ? [teams()] : []),
      switcher(),
      h("div", { class: "side-scroll" },
        h("h2", { class: "side-title" }, t("channels")),
        h("ul", {}, data.channels.filter((channel) => !channel.direct).map((channel) => entry(channel.id, icon("hash"), channel.name))),
        h("h2", { class: "side-title" }, t("apps")),
        h("ul", {},
          entry(HOME, icon("home"), `${data.bot.name} · ${t("home")}`),
          entry(dm.id, avatar(store.person(data.bot.id), true), data.bot.name))),
    );
    if (focused) [...root.querySelectorAll("button")].find((button) => same(button.dataset, focused))?.focus();
  }

  function teams() {
    const { data, t } = store;
    return h("ul", { class: "teams", "aria-label": t("workspaces") }, data.teams.map((team) => h("li", {}, h(
      "button",
      {
        type: "button",
        class: "team-go",
        "aria-pressed": String(team.id === store.team),
        data: { enter: team.id },
        onclick: async () => {
          if (team.id === store.team) return;
          await store.enter(team.id);
          root.querySelector(`[data-enter="${team.id}"]`)?.focus(); // not the message box: one may be going round
          store.tell("drawers-close");
        },
      },
      team.name,
    ))));
  }

  const same = (one, other) => JSON.stringify({ ...one }) === JSON.stringify({ ...other });

  function entry(id, face, name) {
    const { all: fresh = 0, mine = 0 } = store.data.unread[store.me]?.[id] ?? {};
    const here = store.place === id;
    return h("li", {}, h(
      "button",
      {
        type: "button",
        class: ["entry", here && "entry-here", fresh > 0 && !here && "entry-unread"].filter(Boolean).join(" "),
        "aria-current": here ? "page" : undefined,
        data: { place: id === HOME ? HOME : id },
        onclick: () => { store.go(id); store.tell("drawers-close"); },
      },
      face,
      h("span", { class: "entry-name" }, name),
      mine > 0 && !here && h("span", { class: "badge", "aria-label": store.t("newMessages", { count: mine }) }, String(mine)),
    ));
  }

  const waiting = (person) => Object.entries(store.data.unread[person] ?? {}).reduce((sum, [, { mine }]) => sum + mine, 0);

  function switcher() {
    const { data, t } = store;
    const me = store.person(store.me);
    const news = waiting(store.me); // one's own: what is new to others stands beside their names
    const button = h(
      "button",
      {
        type: "button",
        class: "me",
        "aria-expanded": String(peopleOpen),
        "aria-controls": "people",
        data: { switcher: "open" },
        onclick: () => { peopleOpen = !peopleOpen; draw(); },
      },
      avatar(me),
      h("span", { class: "me-text" },
        h("span", { class: "me-label" }, `${t("youAre")}:`),
        h("span", { class: "me-name" }, me.real_name),
        h("span", { class: "me-title" }, store.say(me.title))),
      news > 0 && !peopleOpen && h("span", { class: "badge", "aria-label": t("newMessages", { count: news }) }, String(news)),
      icon("down"),
    );
    const list = h("ul", { class: "people", id: "people", hidden: !peopleOpen, "aria-label": t("switchPerson") }, data.people.map((person) => {
      const count = waiting(person.id);
      return h("li", {}, h(
        "button",
        {
          type: "button",
          class: person.id === store.me ? "person person-me" : "person",
          "aria-pressed": String(person.id === store.me),
          data: { person: person.id },
          onclick: async () => {
            peopleOpen = false;
            if (person.id === store.me) return draw();
            await store.become(person.id);
            store.tell("drawers-close");
          },
        },
        avatar(person),
        h("span", { class: "me-text" }, h("span", { class: "me-name" }, person.real_name), h("span", { class: "me-title" }, store.say(person.title))),
        count > 0 && h("span", { class: "badge", "aria-label": t("newMessages", { count }), title: t("unreadOthers", { name: person.real_name }) }, String(count)),
      ));
    }), h("li", { class: "slack-language" },
      h("label", {}, t("slackLanguage"), h(
        "select",
        {
          data: { locale: store.me },
          onchange: (event) => store.act("locale", { locale: event.target.value }),
        },
        [["en-GB", "English"], ["cy-GB", "Cymraeg"]].map(([value, name]) => h("option", { value, selected: data.people.find((one) => one.id === store.me).locale === value }, name)),
      ))));
    return h("div", { class: peopleOpen ? "switcher open" : "switcher", onkeydown: (event) => {
      if (event.key !== "Escape" || !peopleOpen) return;
      event.stopPropagation(); // the drawer around it stays
      peopleOpen = false;
      draw();
      root.querySelector(".me").focus();
    } }, button, list);
  }

  document.addEventListener("pointerdown", (event) => {
    if (peopleOpen && !root.querySelector(".switcher")?.contains(event.target)) { peopleOpen = false; draw(); }
  });

  return draw;
}

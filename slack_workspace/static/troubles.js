// The troubles that the workspace can make for its app: a list of switches, the same for all who look.

import { h } from "./dom.js";

export function troubles(store) {
  const open = () => document.querySelector("[data-troubles]")?.open ?? false;

  function change(name, on) {
    const others = store.data.troubles.on.filter((one) => one !== name);
    store.act("trouble", { troubles: on ? [...others, name] : others });
  }

  return () => {
    const { data, t } = store;
    const names = t("troubleNames");
    return h("details", { class: "troubles", open: open() || data.troubles.on.length > 0, data: { troubles: "" } },
      h("summary", {}, t("troubles")),
      h("fieldset", {},
        h("legend", { class: "quiet" }, t("troublesAbout")),
        data.troubles.known.map((name) => h("label", {},
          h("input", {
            type: "checkbox",
            checked: data.troubles.on.includes(name),
            data: { trouble: name },
            onchange: (event) => change(name, event.target.checked),
          }),
          h("span", {}, names[name] ?? name)))));
  };
}

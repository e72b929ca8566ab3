// Short messages of the page itself: each stays until it is dismissed, and is read aloud when it comes.

import { h, icon } from "./dom.js";

const $ = (id) => document.getElementById(id);
const MOST = 4;

// An open dialog makes the rest of the page inert, so the messages stand in it as long as it is open
export function placeToasts() {
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  if (dialog && $("toasts").parentElement !== dialog) dialog.append($("toasts"));
  if (!dialog && $("toasts").parentElement !== document.body) $("top").after($("toasts"));
}

export function toast(words, t, kind = "news", about = "") {
  placeToasts();
  const place = $(kind === "trouble" ? "alarms" : "news");
  dismiss((line) => line.dataset.about === about && line.firstChild.textContent === words);
  const line = h("div", { class: `toast toast-${kind}`, role: kind === "trouble" ? "alert" : undefined, data: { about } }, h("span", {}, words), h(
    "button",
    { type: "button", class: "toast-close", "aria-label": t("dismiss"), title: t("dismiss"), data: { toast: "dismiss" }, onclick: () => line.remove() },
    icon("close"),
  ));
  place.append(line);
  while (place.children.length > MOST) place.firstElementChild.remove();
}

// Take away the messages for which `which` is true
export const dismiss = (which) => [...document.querySelectorAll(".toast")].filter(which).forEach((line) => line.remove());

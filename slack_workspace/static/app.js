// Puts the page together.

import { composer } from "./composer.js";
import { drawers } from "./drawers.js";
import { modals } from "./modal.js";
import { room } from "./room.js";
import { sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { things } from "./things.js";
import { dismiss, toast } from "./toasts.js";
import { topbar } from "./topbar.js";

const $ = (id) => document.getElementById(id);
const store = new Store();

const compose = composer(store, $("composer"));
const side = sidebar(store, $("side"));
topbar(store, $("top"));
room(store, $("room-head"), $("stream"));
things(store, $("things"), compose);
modals(store);
drawers(store);

store.on("all", () => {
  document.documentElement.lang = store.language;
  document.querySelector(".skip").textContent = store.t("skip");
});
store.on("all place unread people", side);
store.on("all place", () => {
  compose.draw();
  document.body.dataset.team = store.team;
  document.body.dataset.person = store.me;
  document.body.dataset.place = store.place;
  if (matchMedia("(min-width: 900px)").matches && !document.querySelector("dialog[open]")) compose.focus();
});

// The address keeps saying who and where one is
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("stream").focus();
});

store.on("control", async (event) => {
  const { control, button, done } = event.detail;
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const answer = await store.act("control", { control: control.id });
  button.removeAttribute("aria-busy");
  store.tell("drawers-close"); // so that the message can be seen
  if (answer.error) return toast(store.t("controlFailed"), store.t, "trouble");
  done?.();
  const words = store.say(answer.text);
  if (words) toast(words, store.t);
});

const SAID = { action_not_found: "stale", message_not_found: "stale", not_found: "stale", unknown_command: "unknownCommand" };
store.on("trouble", (event) => toast(store.t(SAID[event.detail] ?? "trouble"), store.t, "trouble"));
store.on("toast", (event) => {
  const { text, kind, about } = event.detail;
  if (about) dismiss((line) => line.dataset.about === about);
  toast(text, store.t, kind, about);
});

const start = new URLSearchParams(location.hash.slice(1));
const linked = location.pathname.match(/^\/archives\/([^/]+)\//)?.[1];
store.become(start.get("as") ?? undefined, linked ?? start.get("in") ?? "", start.get("team") ?? "")
  .catch(() => store.become(undefined, "", ""))
  .then(() => { document.body.dataset.ready = "true"; });

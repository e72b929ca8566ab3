// Puts the page together.

import { composer } from "./composer.js";
import { h } from "./dom.js";
import { modals } from "./modal.js";
import { room } from "./room.js";
import { sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { things } from "./things.js";
import { topbar } from "./topbar.js";

const $ = (id) => document.getElementById(id);
const store = new Store();

const compose = composer(store, $("composer"));
const side = sidebar(store, $("side"));
topbar(store, $("top"));
room(store, $("room-head"), $("stream"));
things(store, $("things"), compose);
modals(store);

store.on("all", () => {
  document.documentElement.lang = store.language;
  document.querySelector(".skip").textContent = store.t("skip");
});
store.on("all place unread people", side);
store.on("all place", () => {
  compose.draw();
  document.body.dataset.person = store.me;
  document.body.dataset.place = store.place;
  if (matchMedia("(min-width: 900px)").matches && !document.querySelector("dialog[open]")) compose.focus();
});

// The address keeps saying who and where one is
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("stream").focus();
});

// Drawers on a narrow screen; on a wide one the right side opens and closes for good
function drawer(name, open) {
  document.body.classList.toggle(`${name}-open`, open);
  $("veil").hidden = !["side", "things"].some((one) => document.body.classList.contains(`${one}-open`));
  if (open) $(name).querySelector("button")?.focus();
}
store.on("side", () => drawer("side", true));
store.on("things", (event) => {
  const wide = matchMedia("(min-width: 1100px)").matches;
  if (wide) {
    const hide = event.detail === false || !document.body.classList.contains("things-hidden");
    document.body.classList.toggle("things-hidden", hide);
  } else drawer("things", event.detail ?? !document.body.classList.contains("things-open"));
});
const closeDrawers = () => ["side", "things"].forEach((name) => drawer(name, false));
store.on("drawers-close", closeDrawers);
$("veil").addEventListener("click", closeDrawers);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !$("veil").hidden) closeDrawers();
});

store.on("control", async (event) => {
  const { control, button, done } = event.detail;
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const answer = await store.act("control", { control: control.id });
  button.removeAttribute("aria-busy");
  if (answer.error) return toast(store.t("controlFailed"), "trouble");
  done?.();
  const words = store.say(answer.text);
  if (words) toast(words);
});

const SAID = { action_not_found: "stale", message_not_found: "stale", not_found: "stale", unknown_command: "unknownCommand" };
store.on("trouble", (event) => toast(store.t(SAID[event.detail] ?? "trouble"), "trouble"));
store.on("toast", (event) => toast(event.detail.text, event.detail.kind));

function toast(words, kind = "news") {
  const line = h("div", { class: `toast toast-${kind}` }, words);
  $("toasts").append(line);
  setTimeout(() => line.remove(), 6_000 + 40 * words.length);
}

const start = new URLSearchParams(location.hash.slice(1));
const linked = location.pathname.match(/^\/archives\/([^/]+)\//)?.[1];
store.become(start.get("as") ?? undefined, linked ?? start.get("in") ?? "")
  .catch(() => store.become(undefined, ""))
  .then(() => { document.body.dataset.ready = "true"; });

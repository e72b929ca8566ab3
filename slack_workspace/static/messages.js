// The stream of messages: drawn once each, then only what changed.

import { drawBlocks, picture } from "./blocks.js";
import { dayKey, dayName, longTime, time } from "./dates.js";
import { avatar, h, icon, menuButton } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { drawCode } from "./signs.js";
import { Surface } from "./values.js";

const TOGETHER_SECONDS = 300;

export function stream(store, root) {
  let list = null;
  let drawn = new Map();
  let atEnd = true;
  let asked = false;

  // A new place gets a new list, so that a screen reader is not read all of it
  function start() {
    drawn = new Map();
    list = h("div", { class: "messages", role: "log", "aria-live": "polite", "aria-label": store.placeName(store.place) });
    root.replaceChildren(beginning(store), list);
    update(true);
  }

  function update(jump = false) {
    if (!list) return; // news came before the place was opened, which draws all of it
    const next = new Map();
    const nodes = rows(store).map((row) => {
      const old = drawn.get(row.key);
      const node = old?.print === row.print ? old.node : row.draw();
      if (old && old.node !== node && old.node.contains(document.activeElement)) requestAnimationFrame(() => refocus(node));
      if (!old && !jump) node.classList.add("arriving");
      next.set(row.key, { print: row.print, node });
      return node;
    });
    nodes.forEach((node, index) => {
      if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
    });
    while (list.children.length > nodes.length) list.lastElementChild.remove();
    const answered = asked && [...next.keys()].some((key) => !drawn.has(key));
    drawn = next;
    if (answered) asked = false;
    if (jump || answered) atEnd = true; // who asks wants to see the answer
    stay();
  }

  // In a low window, as at 400 % zoom, the whole page scrolls and not the stream alone
  const roll = () => (getComputedStyle(root).overflowY === "visible" ? document.scrollingElement : root);
  // The box below may grow, a picture may come late: who was at the end stays there
  const stay = () => { if (atEnd && list?.isConnected) roll().scrollTop = roll().scrollHeight; };
  const look = () => {
    const box = roll();
    atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  };
  root.addEventListener("scroll", look);
  document.addEventListener("scroll", look);
  store.on("sent", () => { asked = true; });
  root.addEventListener("load", stay, true);
  new ResizeObserver(stay).observe(root);

  return { start, update };
}

// What was pressed is gone with its message: stay near it
function refocus(node) {
  const target = node.querySelector("button, a, select, input") ?? node;
  target.focus({ preventScroll: true });
}

function rows(store) {
  const { now, zone } = store.data;
  const found = [];
  let before = null;
  for (const message of threaded(store.data.messages[store.place] ?? [])) {
    const seconds = Number(message.ts);
    const day = dayKey(seconds, zone);
    const newDay = !before || dayKey(Number(before.ts), zone) !== day;
    if (newDay) {
      const name = dayName(seconds, now, zone, store.t);
      found.push({ key: `day-${day}`, print: name, draw: () => h("div", { class: "day", role: "separator", data: { day } }, h("span", {}, name)) });
    }
    const together = !newDay && before.user === message.user && !before.ephemeral && !message.ephemeral
      && isReply(before) === isReply(message) && seconds - Number(before.ts) < TOGETHER_SECONDS;
    found.push({
      key: message.ts,
      print: JSON.stringify([message, together, store.language]),
      draw: () => drawMessage(store, message, together),
    });
    before = message;
  }
  return found;
}

const isReply = (message) => Boolean(message.thread_ts && message.thread_ts !== message.ts);

// Replies stand under the message they answer
function threaded(messages) {
  const replies = Map.groupBy?.(messages.filter(isReply), (message) => message.thread_ts) ?? groups(messages.filter(isReply));
  const known = new Set(messages.map((message) => message.ts));
  return messages
    .filter((message) => !isReply(message) || !known.has(message.thread_ts))
    .flatMap((message) => [message, ...(replies.get(message.ts) ?? [])]);
}

function groups(messages) {
  const found = new Map();
  for (const message of messages) found.set(message.thread_ts, [...(found.get(message.thread_ts) ?? []), message]);
  return found;
}

function drawMessage(store, message, together) {
  const { t } = store;
  const { zone } = store.data;
  const author = store.person(message.user);
  const about = store.about();
  const seconds = Number(message.ts);
  const stamp = h("time", { class: "stamp", datetime: new Date(seconds * 1000).toISOString(), title: longTime(seconds, zone, t) }, time(seconds, zone));
  const edited = message.edited && !message.ephemeral && h("span", { class: "edited", lang: store.language }, ` ${t("edited")}`);
  const body = h("div", { class: "body" }, content(store, message, about), edited);
  return h(
    "article",
    {
      class: ["message", together && "together", message.ephemeral && "ephemeral", isReply(message) && "reply"].filter(Boolean).join(" "),
      "aria-label": `${author.real_name}, ${time(seconds, zone)}${message.ephemeral ? `, ${t("onlyYou")}` : ""}`,
      lang: message.language ?? store.language,
      data: { ts: message.ts, author: message.user, ephemeral: String(message.ephemeral) },
    },
    message.ephemeral && h("div", { class: "only-you", lang: store.language }, icon("eye"), t("onlyYou")),
    h("div", { class: "gutter" }, together ? stamp : avatar(author, author.bot)),
    h(
      "div",
      { class: "column" },
      !together && h("div", { class: "who" }, h("span", { class: "name" }, author.real_name), author.bot && h("span", { class: "app-mark", lang: store.language }, t("app")), stamp),
      body,
      reactions(message, t),
    ),
    tools(store, message),
  );
}

function content(store, message, about) {
  const target = { channel: store.place, ts: message.ts };
  const attached = (message.attachments ?? []).flatMap((attachment) => attachment.blocks ?? []);
  const surface = new Surface(store, `${store.place}:${message.ts}`, target, [...(message.blocks ?? []), ...attached]);
  const of = (blocks) => drawBlocks(Object.assign(Object.create(surface), { blocks }), about);
  return [
    message.blocks?.length ? of(message.blocks) : message.text && h("div", { class: "b-text" }, mrkdwn(message.text, about)),
    (message.attachments ?? []).map((attachment) => {
      const text = attachment.blocks?.length ? of(attachment.blocks) : h("div", { class: "b-text" }, mrkdwn(attachment.text ?? attachment.fallback ?? "", about));
      const box = h("div", { class: "attachment" }, text);
      if (/^#?[0-9a-f]{6}$/i.test(attachment.color ?? "")) box.style.borderColor = `#${attachment.color.replace("#", "")}`;
      else if (attachment.color) box.classList.add(`attachment-${attachment.color}`);
      return box;
    }),
    (message.files ?? []).map((file) => drawFile(store, file)),
  ];
}

function drawFile(store, file) {
  const label = h("a", { href: file.url_private, download: file.name, class: "file-name" }, icon("file"), file.title);
  if (!file.mimetype.startsWith("image/")) return h("div", { class: "file" }, label);
  return h("figure", { class: "b-image" }, h("figcaption", {}, label), picture(file.url_private, file.alt_txt || file.title));
}

function reactions(message, t) {
  return message.reactions?.length > 0 && h("div", { class: "reactions" }, message.reactions.map((one) => h(
    "span",
    { class: "reaction", title: `:${one.name}:` },
    drawCode(one.name, t) ?? `:${one.name}:`,
    h("b", {}, String(one.count)),
  )));
}

function tools(store, message) {
  const { t } = store;
  const items = () => [
    ...(message.ephemeral ? [] : store.data.shortcuts.filter((shortcut) => shortcut.on_message)).map((shortcut) => ({
      label: store.say(shortcut.name),
      data: { shortcut: shortcut.callback_id },
      run: async () => {
        const said = { callback_id: shortcut.callback_id, channel: store.place, ts: message.ts };
        const outcome = await store.act("shortcut", said);
        if (outcome.error) store.tell("trouble", outcome.error);
      },
    })),
    {
      label: t("copy"),
      data: { copy: "text" },
      run: () => navigator.clipboard?.writeText(message.text).then(() => store.tell("toast", { text: t("copied") })),
    },
  ];
  return h("div", { class: "tools", lang: store.language }, menuButton({ label: t("moreActions"), face: icon("more"), className: "btn-plain", data: { tools: "more" }, items }));
}

function beginning(store) {
  const { channel, t } = store;
  if (!channel) return h("div");
  if (channel.direct) {
    const bot = store.person(store.data.bot.id);
    return h(
      "div",
      { class: "beginning" },
      avatar(bot, true),
      h("h2", {}, bot.real_name),
      h("p", {}, store.say(store.data.bot.about)),
      h("p", { class: "quiet" }, t("beginDm", { name: bot.real_name })),
    );
  }
  return h(
    "div",
    { class: "beginning" },
    h("span", { class: "beginning-mark" }, icon("hash")),
    h("h2", {}, `#${channel.name}`),
    h("p", {}, t("beginChannel", { name: `#${channel.name}` }), channel.topic && ` ${channel.topic}`),
  );
}

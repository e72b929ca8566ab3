// Building elements: text only ever becomes text nodes, so nothing that an app sends is read as HTML.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SHAPES = {
  hash: "M6 3 4 17M14 3l-2 14M3 7h14M2 13h14",
  home: "M3 9l7-6 7 6v8h-5v-5H8v5H3z",
  chat: "M3 4h14v10H9l-4 3v-3H3z",
  send: "M3 3l15 7-15 7 3-7zM6 10h7",
  bolt: "M11 2 4 11h5l-1 7 7-9h-5z",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  menu: "M3 5h14M3 10h14M3 15h14",
  spark: "M10 2l2 6 6 2-6 2-2 6-2-6-6-2 6-2z",
  close: "M4 4l12 12M16 4 4 16",
  more: "M4 10h.01M10 10h.01M16 10h.01",
  down: "M5 8l5 5 5-5",
  back: "M12 4l-6 6 6 6",
  check: "M4 10l4 4 8-9",
  play: "M6 4l10 6-10 6z",
  trash: "M3 5h14M8 5V3h4v2M5 5l1 12h8l1-12M8.5 8v6M11.5 8v6",
  "thumb-up": "M3 9h3v8H3zM6 9l3-6c1.5 0 2 1 2 2.5L10.5 8H16c1 0 1.5 1 1.3 1.8l-1.4 6c-.2.8-.8 1.2-1.5 1.2H6",
  "thumb-down": "M3 11h3V3H3zM6 11l3 6c1.5 0 2-1 2-2.5L10.5 12H16c1 0 1.5-1 1.3-1.8l-1.4-6C15.7 3.4 15.1 3 14.4 3H6",
  file: "M5 2h7l4 4v12H5zM12 2v4h4",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

export function avatar(person, isBot = false) {
  const words = person.real_name.split(/\s+/).filter(Boolean);
  const letters = isBot ? "" : (words[0][0] + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
  const hue = [...person.id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) * 137.5 % 360;
  const face = h("span", { class: isBot ? "avatar avatar-bot" : "avatar", "aria-hidden": "true" }, letters);
  if (isBot) face.append(icon("spark"));
  else face.style.setProperty("--hue", String(hue));
  return face;
}

// A button that opens a small menu; arrow keys move in it, Escape and a click elsewhere close it.
export function menuButton({ label, face, items, className = "", data = {}, disabled = false }) {
  const list = h("div", { class: "menu", role: "menu", hidden: true });
  const button = h(
    "button",
    { type: "button", class: className, "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": label, title: label, data, disabled },
    face,
  );
  const wrap = h("span", { class: "menu-wrap" }, button, list);
  const away = (event) => { if (!wrap.contains(event.target)) close(); };
  function close(refocus = false) {
    list.hidden = true;
    wrap.classList.remove("open");
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", away);
    removeEventListener("scroll", away, true);
    if (refocus) button.focus();
  }
  // Fixed on the screen, so that no scrolling box cuts it off
  function place() {
    const box = button.getBoundingClientRect();
    const up = box.bottom + list.offsetHeight + 12 > innerHeight;
    list.style.top = `${Math.max(8, up ? box.top - list.offsetHeight - 4 : box.bottom + 4)}px`;
    list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - list.offsetWidth - 12))}px`;
  }
  function open() {
    list.replaceChildren(...items().map((item) => h(
      "button",
      { type: "button", role: "menuitem", class: "menu-item", tabindex: "-1", data: item.data, onclick: () => { close(true); item.run(); } },
      item.face ?? item.label,
    )));
    list.hidden = false;
    wrap.classList.add("open");
    place();
    addEventListener("scroll", away, true);
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", away);
    list.firstElementChild?.focus({ preventScroll: true });
  }
  button.addEventListener("click", () => (list.hidden ? open() : close()));
  wrap.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const at = [...list.children].indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      list.children[(at + step + list.children.length) % list.children.length].focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close(true);
    } else if (event.key === "Tab") close();
  });
  return wrap;
}

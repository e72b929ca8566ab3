// The left and the right side on a narrow screen: an open one has the focus, and the rest of the page is inert.

const $ = (id) => document.getElementById(id);
const SIDES = ["side", "things"];
const REST = ["top", "room", "side", "things"];

export function drawers(store) {
  let opener = null;
  const isOpen = (name) => document.body.classList.contains(`${name}-open`);

  function set(name) {
    if (name && !SIDES.some(isOpen)) opener = document.activeElement;
    const closes = !name && SIDES.some(isOpen);
    for (const side of SIDES) document.body.classList.toggle(`${side}-open`, side === name);
    for (const id of REST) $(id).inert = Boolean(name) && id !== name;
    document.querySelector(".skip").inert = Boolean(name);
    $("veil").hidden = !name;
    if (name) $(name).querySelector(`[data-${name}=close]`)?.focus();
    else if (closes) back()?.focus();
  }

  // What opened the drawer may have been drawn anew meanwhile
  const back = () => (opener?.isConnected ? opener : document.querySelector(`[data-drawer="${opener?.dataset.drawer}"]`));

  store.on("side", () => set("side"));
  // On a wide screen the right side stands beside the rest, and opens and closes for good
  store.on("things", (event) => {
    if (matchMedia("(min-width: 1100px)").matches) {
      const hide = event.detail === false || !document.body.classList.contains("things-hidden");
      document.body.classList.toggle("things-hidden", hide);
    } else set(event.detail === false || isOpen("things") ? null : "things");
  });
  store.on("drawers-close", () => set(null));
  $("veil").addEventListener("click", () => set(null));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !$("veil").hidden) set(null);
  });
  // A wider window has no drawers
  matchMedia("(min-width: 1100px)").addEventListener("change", () => set(null));
  matchMedia("(min-width: 761px)").addEventListener("change", () => set(null));
}

// Modals: the top view of the person's stack, with its fields, faults and buttons.

import { drawBlocks } from "./blocks.js";
import { h, icon } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { placeToasts } from "./toasts.js";
import { Surface } from "./values.js";

export function modals(store) {
  let dialog = null;
  let shown = null;

  const draw = () => {
    const views = store.data.modals;
    const top = views.at(-1);
    const before = shown;
    shown = top ?? null;
    if (!top) {
      dialog?.close();
      placeToasts();
      dialog?.remove();
      dialog = null;
      return;
    }
    const active = document.activeElement;
    const focused = before?.id === top.id ? active?.dataset?.action : null;
    const caret = active?.selectionStart ?? null;
    const scroll = before?.id === top.id ? dialog?.querySelector(".modal-body")?.scrollTop : 0;
    const content = drawView(store, top, views.length);
    if (!dialog) {
      dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title", data: { dialog: "modal" } });
      dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        if (event.target === dialog && shown) closeView(store, shown);
      });
      document.body.append(dialog);
    }
    dialog.dataset.view = top.id;
    dialog.dataset.callback = top.callback_id;
    dialog.lang = store.languageOf(store.me);
    if (dialog.querySelector("form")) dialog.querySelector("form").replaceWith(content);
    else dialog.prepend(content);
    if (!dialog.open) dialog.showModal();
    placeToasts();
    dialog.querySelector(".modal-body").scrollTop = scroll ?? 0;
    const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector(".modal-body :is(input, textarea, select, [contenteditable], button:not(.rich-tools button))");
    const same = focused ? dialog.querySelector(`[data-action="${CSS.escape(focused)}"]`) : null;
    (same ?? first ?? dialog.querySelector(".modal-close")).focus();
    if (same && caret !== null) same.setSelectionRange?.(caret, caret);
  };
  store.on("modals all", draw);
  return draw;
}

const closeView = (store, view, everything = false) => store.act("close", { view: view.id, everything });

function drawView(store, view, depth) {
  const { t } = store;
  const surface = new Surface(store, view.id, { view: view.id }, view.blocks);
  const trouble = h("p", { class: "modal-trouble", role: "alert", hidden: true });
  const submit = view.submit && h("button", { type: "submit", class: "btn btn-go", data: { modal: "submit" } }, plain(view.submit.text, t));
  const form = h(
    "form",
    {
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        if (!submit || form.getAttribute("aria-busy")) return;
        form.setAttribute("aria-busy", "true");
        const outcome = await store.act("submit", { view: view.id, values: surface.all() });
        form.removeAttribute("aria-busy");
        showFaults(form, view, outcome, t);
        trouble.hidden = !outcome.error;
        trouble.textContent = outcome.error ? t("trouble") : "";
        if (outcome.error) trouble.dataset.error = outcome.error;
      },
    },
    h(
      "header",
      { class: "modal-head" },
      depth > 1 && h("button", { type: "button", class: "btn-plain", "aria-label": t("back"), title: t("back"), onclick: () => closeView(store, view) }, icon("back")),
      h("h2", { id: "modal-title" }, plain(view.title.text, t)),
      h("button", { type: "button", class: "btn-plain modal-close", "aria-label": t("close"), title: t("close"), data: { modal: "dismiss" }, onclick: () => closeView(store, view, true) }, icon("close")),
    ),
    h("div", { class: "modal-body" }, trouble, drawBlocks(surface, store.about())),
    h(
      "footer",
      { class: "dialog-foot" },
      h("button", { type: "button", class: "btn", data: { modal: "close" }, onclick: () => closeView(store, view) }, plain(view.close?.text ?? t(submit ? "cancel" : "close"), t)),
      submit,
    ),
  );
  return form;
}

function showFaults(form, view, outcome, t) {
  const found = {};
  for (const [id, fault] of Object.entries(outcome.faults ?? {})) {
    const { element } = view.blocks.find((block) => block.block_id === id);
    found[id] = t(fault, { least: element.min_length ?? element.min_value, most: element.max_length ?? element.max_value ?? 3000 });
  }
  Object.assign(found, outcome.errors ?? {});
  let first = null;
  for (const line of form.querySelectorAll("[data-fault]")) {
    const text = found[line.dataset.fault];
    const field = line.parentElement.querySelector("[data-action]");
    line.textContent = text ?? "";
    line.hidden = !text;
    line.parentElement.classList.toggle("b-input-wrong", Boolean(text));
    if (text) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
    if (text && !first) first = field;
  }
  first?.focus();
}

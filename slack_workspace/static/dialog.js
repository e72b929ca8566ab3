// Confirmation dialogs.

import { h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { placeToasts } from "./toasts.js";

// True if there is nothing to confirm, or the person confirms
export function confirmed(confirm, t) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const text = confirm.text.type === "mrkdwn"
      ? mrkdwn(confirm.text.text, { t, name: () => undefined, channel: () => undefined })
      : plain(confirm.text.text, t);
    const dialog = h(
      "dialog",
      { class: "confirm", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text", data: { dialog: "confirm" } },
      h("h2", { id: "confirm-title" }, plain(confirm.title.text, t)),
      h("p", { id: "confirm-text" }, text),
      h(
        "div",
        { class: "dialog-foot" },
        h("button", { type: "button", class: "btn", data: { answer: "deny" }, onclick: () => dialog.close("deny") }, confirm.deny.text),
        h(
          "button",
          {
            type: "button",
            class: `btn ${confirm.style === "danger" ? "btn-danger-full" : "btn-primary"}`,
            data: { answer: "confirm" },
            onclick: () => dialog.close("confirm"),
          },
          confirm.confirm.text,
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      placeToasts();
      dialog.remove();
      resolve(dialog.returnValue === "confirm");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

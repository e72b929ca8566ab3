// The elements of a context_actions block: "was this right?", and small buttons with an icon.

import { confirmed } from "./dialog.js";
import { h, icon } from "./dom.js";
import { plain } from "./mrkdwn.js";

export function feedbackButtons({ block, element, surface, t }) {
  const choose = (button) => async () => {
    surface.set(block, element, { value: button.value });
    mark();
    await surface.use(block, element, { value: button.value });
  };
  const buttons = [["thumb-up", element.positive_button], ["thumb-down", element.negative_button]].map(([shape, button]) => h(
    "button",
    {
      type: "button",
      class: "btn btn-small btn-feedback",
      "aria-label": button.accessibility_label,
      data: { action: element.action_id, value: button.value },
      onclick: choose(button),
    },
    /\p{L}/u.test(button.text.text) && icon(shape),
    plain(button.text.text, t),
  ));
  const mark = () => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.value === surface.get(block, element).value)));
  mark();
  return h("span", { class: "feedback", role: "group", "aria-label": t("feedback") }, buttons);
}

export function iconButton({ block, element, surface, t }) {
  const people = element.visible_to_user_ids;
  if (people && !people.includes(surface.store.me)) return null;
  const button = h(
    "button",
    {
      type: "button",
      class: "btn btn-small btn-feedback",
      "aria-label": element.accessibility_label,
      data: { action: element.action_id },
      onclick: async () => {
        if (button.getAttribute("aria-busy") || !(await confirmed(element.confirm, t))) return;
        button.setAttribute("aria-busy", "true");
        await surface.use(block, element);
        button.removeAttribute("aria-busy");
      },
    },
    element.icon === "trash" && icon("trash"),
    plain(element.text.text, t),
  );
  return button;
}

// Drawing the elements that one can press, choose or fill in.

import { picture, drawText, undrawn } from "./blocks.js";
import { confirmed } from "./dialog.js";
import { h, icon, menuButton } from "./dom.js";
import { feedbackButtons, iconButton } from "./feedback.js";
import { plain } from "./mrkdwn.js";
import { richInput } from "./rich-input.js";
import { searchSelect } from "./search-select.js";

// field: {id, described, required} if the element stands in an input block
export function drawElement(block, element, surface, about, label = "", field = {}) {
  const draw = DRAW[element.type];
  return draw ? draw({ block, element, surface, about, label, field, t: about.t }) : undrawn("undrawnElement", element.type, about.t);
}

// Several choices under one name
export const isGroup = (element) => ["radio_buttons", "checkboxes"].includes(element.type) || element.type.startsWith("multi_");

// Only a group of radio buttons may be called required
const named = ({ element, label, field }) => ({
  id: field.id,
  "aria-label": field.id ? undefined : label || element.placeholder?.text || element.action_id,
  "aria-describedby": field.described,
  "aria-required": field.required && (element.type === "radio_buttons" || !isGroup(element)) ? "true" : undefined,
  data: { action: element.action_id },
});

// After a choice: ask if one must, keep it, tell the app
async function chosen({ block, element, surface, t }, value, undo = () => {}, kept = () => {}) {
  if (!(await confirmed(element.confirm, t))) return undo();
  surface.set(block, element, value);
  kept();
  await surface.use(block, element, value);
}

const optionText = (option) => option.text.text;

const DRAW = {
  button: (one) => {
    const { block, element, surface, t } = one;
    const url = /^https?:/i.test(element.url ?? "") ? element.url : null;
    const button = h(
      url ? "a" : "button",
      {
        ...(url ? { href: url, target: "_blank", rel: "noopener noreferrer" } : { type: "button" }),
        class: `btn ${element.style ? `btn-${element.style}` : ""}`,
        "aria-label": element.accessibility_label,
        data: { action: element.action_id },
        onclick: async () => {
          if (button.getAttribute("aria-busy") || !(await confirmed(element.confirm, t))) return;
          button.setAttribute("aria-busy", "true");
          await surface.use(block, element);
          button.removeAttribute("aria-busy");
        },
      },
      plain(element.text.text, t),
    );
    return button;
  },

  image: ({ element }) => {
    const drawn = picture(element.image_url, element.alt_text);
    drawn.classList.add("b-small-image");
    return drawn;
  },

  static_select: (one) => {
    const { block, element, surface, t } = one;
    const groups = element.option_groups ?? [{ options: element.options }];
    const every = groups.flatMap((group) => group.options);
    const now = surface.get(block, element).selected_option?.value;
    const select = h(
      "select",
      {
        ...named(one),
        class: "select",
        onchange: () => chosen(one, { selected_option: every[select.value] ?? null }, () => (select.value = before)),
      },
      h("option", { value: "" }, element.placeholder?.text ?? t("choose")),
    );
    let number = 0;
    for (const group of groups) {
      const into = group.label ? h("optgroup", { label: group.label.text }) : select;
      for (const option of group.options) {
        into.append(h("option", { value: String(number++), selected: option.value === now }, optionText(option)));
      }
      if (into !== select) select.append(into);
    }
    const before = select.value;
    return h("span", { class: "select-wrap" }, select, icon("down"));
  },

  multi_static_select: (one) => {
    const groups = one.element.option_groups ?? [{ options: one.element.options }];
    const box = h("div", { class: "choices choices-box", ...named(one), role: "group" });
    for (const group of groups) {
      if (group.label) box.append(h("p", { class: "choices-group" }, group.label.text));
      box.append(...ticks(one, group.options));
    }
    return box;
  },

  multi_users_select: (one) => several(one, "selected_users", peopleOf(one)),
  multi_channels_select: (one) => several(one, "selected_channels", channelsOf(one, false)),
  multi_conversations_select: (one) => several(one, "selected_conversations", channelsOf(one, true)),

  feedback_buttons: feedbackButtons,
  icon_button: iconButton,

  checkboxes: (one) => h("div", { class: "choices", ...named(one), role: "group" }, ticks(one, one.element.options)),

  radio_buttons: (one) => {
    const { block, element, surface } = one;
    const now = surface.get(block, element).selected_option?.value;
    const name = `radio-${surface.key}-${block.block_id}-${element.action_id}`;
    return h("div", { class: "choices", ...named(one), role: "radiogroup" }, element.options.map((option) => choice(one, option, {
      type: "radio",
      name,
      checked: option.value === now,
      onchange: () => chosen(one, { selected_option: option }),
    })));
  },

  overflow: ({ block, element, surface, t }) => menuButton({
    label: t("options"),
    face: icon("more"),
    className: "btn btn-icon",
    data: { action: element.action_id },
    items: () => element.options.map((option) => ({
      label: optionText(option),
      data: { value: option.value },
      run: async () => {
        if (/^https?:/i.test(option.url ?? "")) open(option.url, "_blank", "noopener");
        if (await confirmed(element.confirm, t)) surface.use(block, element, { selected_option: option });
      },
    })),
  }),

  datepicker: (one) => dated(one, "date", "selected_date"),
  timepicker: (one) => dated(one, "time", "selected_time"),

  users_select: (one) => from(one, "selected_user", one.t("choosePerson"), peopleOf(one)),
  channels_select: (one) => from(one, "selected_channel", one.t("chooseChannel"), channelsOf(one, false)),
  conversations_select: (one) => from(one, "selected_conversation", one.t("chooseChannel"), channelsOf(one, true)),

  external_select: (one) => searchSelect({
    attributes: named(one),
    placeholder: one.element.placeholder?.text ?? one.t("typeToSearch"),
    least: one.element.min_query_length ?? 3,
    now: one.surface.get(one.block, one.element).selected_option,
    t: one.t,
    find: (typed) => one.surface.suggest(one.block, one.element, typed),
    choose: (option) => chosen(one, { selected_option: option }),
  }),

  plain_text_input: (one) => typed(one, one.element.multiline ? "textarea" : "input", { type: one.element.multiline ? undefined : "text" }),
  email_text_input: (one) => typed(one, "input", { type: "email", autocomplete: "off" }),
  rich_text_input: (one) => {
    const { block, element, surface } = one;
    const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    return richInput({
      attributes: { ...named(one), "aria-label": one.label || element.placeholder?.text || element.action_id },
      placeholder: element.placeholder?.text,
      lines: Number(element.min_lines ?? 3),
      now: surface.get(block, element).rich_text_value,
      about: one.about,
      change: (value) => {
        surface.set(block, element, { rich_text_value: value });
        if (when.includes("on_character_entered")) surface.use(block, element, { rich_text_value: value });
      },
      enter: (value) => {
        if (!block.dispatch_action || !when.includes("on_enter_pressed")) return false;
        surface.use(block, element, { rich_text_value: value });
        return true;
      },
    });
  },
  number_input: (one) => typed(one, "input", { type: "text", inputmode: one.element.is_decimal_allowed ? "decimal" : "numeric" }),
};

function choice(one, option, attributes) {
  return h(
    "label",
    { class: "choice" },
    h("input", { ...attributes, data: { value: option.value } }),
    h("span", {}, drawText(option.text, one.about), option.description && h("span", { class: "choice-more" }, drawText(option.description, one.about))),
  );
}

// key: where Slack's state has the picked ones, which are options or (`bare`) their values alone
function ticks(one, options, key = "selected_options", bare = false) {
  const { block, element, surface } = one;
  const value = (other) => (bare ? other : other.value);
  const picked = () => surface.get(block, element)[key];
  const most = Number(element.max_selected_items ?? Infinity);
  const full = () => boxes.forEach((box) => {
    const tick = box.querySelector("input");
    tick.disabled = !tick.checked && picked().length >= most;
  });
  const boxes = options.map((option) => choice(one, option, {
    type: "checkbox",
    checked: picked().some((other) => value(other) === option.value),
    onchange: (event) => {
      const tick = event.target;
      const left = picked().filter((other) => value(other) !== option.value);
      const now = tick.checked ? [...left, bare ? option.value : option] : left;
      chosen(one, { [key]: now }, () => (tick.checked = !tick.checked), full);
    },
  }));
  full();
  return boxes;
}

function several(one, key, pairs) {
  const options = pairs.map(([value, text]) => ({ value, text: { type: "plain_text", text } }));
  return h("div", { class: "choices choices-box", ...named(one), role: "group" }, ticks(one, options, key, true));
}

const peopleOf = (one) => one.surface.store.data.people.map((person) => [person.id, person.real_name]);

function dated(one, type, key) {
  const { block, element, surface } = one;
  const input = h("input", {
    ...named(one),
    type,
    class: "field field-short",
    value: surface.get(block, element)[key] ?? "",
    onchange: () => chosen(one, { [key]: input.value || null }),
  });
  return input;
}

function from(one, key, placeholder, pairs) {
  const { block, element, surface } = one;
  const now = surface.get(block, element)[key];
  const select = h(
    "select",
    { ...named(one), class: "select", onchange: () => chosen(one, { [key]: select.value || null }) },
    h("option", { value: "" }, element.placeholder?.text ?? placeholder),
    pairs.map(([id, name]) => h("option", { value: id, selected: id === now }, name)),
  );
  return h("span", { class: "select-wrap" }, select, icon("down"));
}

function channelsOf(one, direct) {
  const { store } = one.surface;
  return store.data.channels.filter((channel) => direct || !channel.direct).map((channel) => [channel.id, store.placeName(channel.id)]);
}

function typed(one, tag, attributes) {
  const { block, element, surface } = one;
  const now = surface.get(block, element).value ?? "";
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const input = h(tag, {
    ...named(one),
    ...attributes,
    class: "field",
    rows: tag === "textarea" ? "4" : undefined,
    placeholder: element.placeholder?.text,
    autofocus: element.focus_on_load,
    oninput: () => {
      surface.set(block, element, { value: input.value || null });
      if (when.includes("on_character_entered")) surface.use(block, element, { value: input.value });
    },
    onkeydown: (event) => {
      if (event.key === "Enter" && tag === "input" && block.dispatch_action && when.includes("on_enter_pressed")) {
        event.preventDefault();
        surface.use(block, element, { value: input.value });
      }
    },
  });
  input.value = now;
  return input;
}

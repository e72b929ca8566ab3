// What stands in the elements of one surface (a message, a modal, Home), in the shape of Slack's state.values.

const INITIAL = {
  plain_text_input: (e) => ({ value: e.initial_value ?? null }),
  email_text_input: (e) => ({ value: e.initial_value ?? null }),
  number_input: (e) => ({ value: e.initial_value ?? null }),
  static_select: (e) => ({ selected_option: e.initial_option ?? null }),
  external_select: (e) => ({ selected_option: e.initial_option ?? null }),
  radio_buttons: (e) => ({ selected_option: e.initial_option ?? null }),
  multi_static_select: (e) => ({ selected_options: e.initial_options ?? [] }),
  checkboxes: (e) => ({ selected_options: e.initial_options ?? [] }),
  multi_users_select: (e) => ({ selected_users: e.initial_users ?? [] }),
  multi_channels_select: (e) => ({ selected_channels: e.initial_channels ?? [] }),
  multi_conversations_select: (e) => ({ selected_conversations: e.initial_conversations ?? [] }),
  rich_text_input: (e) => ({ rich_text_value: e.initial_value ?? null }),
  users_select: (e) => ({ selected_user: e.initial_user ?? null }),
  conversations_select: (e) => ({ selected_conversation: e.initial_conversation ?? null }),
  channels_select: (e) => ({ selected_channel: e.initial_channel ?? null }),
  datepicker: (e) => ({ selected_date: e.initial_date ?? null }),
  timepicker: (e) => ({ selected_time: e.initial_time ?? null }),
};

const elementsOf = (block) => [block.accessory, block.element, ...(["actions", "context_actions"].includes(block.type) ? block.elements : [])].filter(Boolean);

export class Surface {
  // target: {channel, ts} or {view}; kept: the map in which values outlive a new drawing
  constructor(store, key, target, blocks) {
    this.store = store;
    this.key = key;
    this.target = target;
    this.blocks = blocks;
    if (!store.values.has(key)) store.values.set(key, {});
    this.kept = store.values.get(key);
  }

  get(block, element) {
    const kept = this.kept[block.block_id]?.[element.action_id];
    if (kept?.type === element.type) return kept;
    return { type: element.type, ...INITIAL[element.type]?.(element) };
  }

  set(block, element, value) {
    (this.kept[block.block_id] ??= {})[element.action_id] = { type: element.type, ...value };
  }

  all() {
    const values = {};
    for (const block of this.blocks) {
      for (const element of elementsOf(block)) {
        if (element.type in INITIAL) (values[block.block_id] ??= {})[element.action_id] = this.get(block, element);
      }
    }
    return values;
  }

  // Tell the app that an element was used; an input says so only if it was asked to
  async use(block, element, chosen = {}) {
    if (block.type === "input" && !block.dispatch_action) return;
    const action = { block_id: block.block_id, action_id: element.action_id, ...chosen };
    const outcome = await this.store.act("press", { target: this.target, action, values: this.all() });
    if (outcome.error) this.store.tell("trouble", outcome.error);
  }

  async suggest(block, element, typed) {
    const action = { block_id: block.block_id, action_id: element.action_id, value: typed };
    return this.store.act("suggest", { target: this.target, action });
  }
}

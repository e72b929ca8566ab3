// A small app of Bolt for JavaScript, as its documentation has one. Nothing in it knows that Slack is not Slack.
// It writes what it is told to its output, a line of JSON each, and ends with its input.

const { App, LogLevel } = require("@slack/bolt");

const { SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN } = process.env;
const app = new App({
  token: SLACK_BOT_TOKEN,
  appToken: SLACK_APP_TOKEN,
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: SLACK_API_URL, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
});

const tell = (heard) => process.stdout.write(`${JSON.stringify(heard)}\n`);
const plain = (text) => ({ type: "plain_text", text });

app.command("/ask", async ({ command, ack, respond }) => {
  await ack();
  await respond({
    text: `You asked: ${command.text}`,
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: `You asked: ${command.text}` } },
      { type: "actions", elements: [{ type: "button", action_id: "thanks", text: plain("Thanks"), value: "42" }] },
    ],
  });
});

app.action("thanks", async ({ action, ack, respond }) => {
  await ack();
  await respond({ text: `Thanks for ${action.value}`, replace_original: true });
});

app.command("/form", async ({ command, ack, client }) => {
  await ack();
  await client.views.open({
    trigger_id: command.trigger_id,
    view: {
      type: "modal",
      callback_id: "form",
      title: plain("A form"),
      submit: plain("Send"),
      blocks: [{ type: "input", block_id: "name", label: plain("Name"), element: { type: "plain_text_input", action_id: "value" } }],
    },
  });
});

app.view("form", async ({ ack, body, view, client }) => {
  const name = view.state.values.name.value.value;
  if (name === "nobody") {
    await ack({ response_action: "errors", errors: { name: "There is nobody of that name." } });
    return;
  }
  await ack();
  await client.chat.postMessage({ channel: body.user.id, text: `Filed for ${name}` });
});

app.event("app_home_opened", async ({ event, client }) => {
  if (event.tab !== "home") return;
  const blocks = [{ type: "section", text: { type: "mrkdwn", text: `You are <@${event.user}>` } }];
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks } });
});

app.event("app_mention", async ({ event, say }) => {
  await say({ text: "You called?", thread_ts: event.ts });
});

app.event("user_change", async ({ event }) => tell({ event: event.type, locale: event.user.locale }));

const ASKED = {
  file: (client, channel) => client.filesUploadV2({
    channel_id: channel, filename: "missing.csv", title: "Missing", content: "UPN\nA1\n", initial_comment: "Here it is",
  }),
  people: async (client) => {
    const names = [];
    for await (const page of client.paginate("users.list", { limit: 2 })) names.push(page.members.map((user) => user.name));
    return { names };
  },
  scope: (client) => client.users.lookupByEmail({ email: "ann@example.org" }),
  cursor: (client) => client.users.list({ cursor: "made up" }),
  twice: async (client, channel) => {
    await client.chat.postMessage({ channel, text: "once" });
    await client.chat.postMessage({ channel, text: "twice" });
  },
};

app.message(async ({ message, client }) => {
  try {
    const { names } = (await ASKED[message.text]?.(client, message.channel)) ?? {};
    tell({ asked: message.text, names, client_msg_id: message.client_msg_id });
  } catch (error) {
    tell({ asked: message.text, code: error.code, retryAfter: error.retryAfter, data: error.data });
  }
});

app.error(async (error) => tell({ failed: error.message }));

app.start().then(() => tell({ ready: true }));
process.stdin.on("end", () => app.stop().then(() => process.exit(0))).resume();

// Slack's client for Socket Mode alone, without Bolt: it acknowledges each envelope with what it was told.

const { SocketModeClient } = require("@slack/socket-mode");
const { WebClient } = require("@slack/web-api");

const { SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN } = process.env;
const socket = new SocketModeClient({ appToken: SLACK_APP_TOKEN, logLevel: "error", clientOptions: { slackApiUrl: SLACK_API_URL } });
const web = new WebClient(SLACK_BOT_TOKEN, { slackApiUrl: SLACK_API_URL, logLevel: "error" });

socket.on("slash_commands", async ({ body, ack }) => ack({ text: `Heard: ${body.text}` }));
socket.on("interactive", async ({ ack }) => ack());
socket.on("message", async ({ event, ack }) => {
  await ack();
  await web.chat.postMessage({ channel: event.channel, text: `Read: ${event.blocks[0].elements[0].elements[0].text}` });
});

const tell = (heard) => process.stdout.write(`${JSON.stringify(heard)}\n`);
socket.start().then(() => tell({ ready: true }));
process.stdin.on("end", () => socket.disconnect().then(() => process.exit(0))).resume();

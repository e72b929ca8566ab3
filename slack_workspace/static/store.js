// What the page knows: the workspace as one person sees it, where that person is, and the page's language.

import { act, fetchState, openFeed } from "./api.js";
import { texts } from "./texts.js";

export const HOME = "home";

export class Store extends EventTarget {
  constructor() {
    super();
    this.data = null;
    this.place = null;
    this.left = new Map(); // who and where one was in the other workspaces
    this.language = localStorage.getItem("trial-language") === "cy" ? "cy" : "en";
    this.t = texts(this.language);
    this.values = new Map();
    this.history = new Map();
    this.stopFeed = () => {};
  }

  tell(topic, detail) {
    this.dispatchEvent(new CustomEvent(topic, { detail }));
  }

  on(topics, run) {
    for (const topic of topics.split(" ")) this.addEventListener(topic, run);
  }

  get me() { return this.data.me; }

  get team() { return this.data.team.id; }

  get dm() { return this.data.channels.find((channel) => channel.direct).id; }

  get channel() { return this.data.channels.find((channel) => channel.id === this.place); }

  say(pair) { return pair?.[this.language] || pair?.en || ""; }

  setLanguage(language) {
    this.language = language;
    this.t = texts(language);
    localStorage.setItem("trial-language", language);
    this.tell("all");
  }

  person(id) {
    if (id === this.data.bot.id) return { id, name: this.data.bot.name, real_name: this.data.bot.name, bot: true };
    return this.data.people.find((person) => person.id === id) ?? { id, name: "Slackbot", real_name: "Slackbot", bot: true };
  }

  // The language that a person set in Slack, in which an app writes to that person
  languageOf(id) { return this.data.people.find((one) => one.id === id)?.locale.slice(0, 2) ?? this.language; }

  placeName(id) {
    if (id === HOME) return this.t("home");
    const channel = this.data.channels.find((one) => one.id === id);
    if (!channel || channel.direct) return this.data.bot.name;
    return `#${channel.name}`;
  }

  // What mrkdwn needs to know to draw names, channels and dates
  about() {
    return {
      me: this.me,
      now: this.data.now,
      zone: this.data.zone,
      t: this.t,
      group: (id) => this.data.groups[id],
      name: (id) => (id === this.data.bot.id ? this.data.bot.name : this.data.people.find((one) => one.id === id)?.real_name),
      channel: (id) => this.data.channels.find((one) => one.id === id),
      go: (id) => this.go(id),
    };
  }

  // Go to another workspace, to where one has left it. Ids are unique in a workspace only, so nothing goes along.
  async enter(team) {
    this.left.set(this.team, { person: this.me, place: this.place });
    const { person, place } = this.left.get(team) ?? {};
    await this.become(person, place ?? "", team);
  }

  // Be a person (the first one if none is named). The feed opens before the state is read, so nothing falls between.
  async become(person, place, team = this.data?.team.id ?? "") {
    const id = (await fetchState(team, person)).me; // fails if there is nobody of that id
    const early = [];
    let take = (news) => early.push(news);
    const feed = openFeed(team, id, {
      onNews: (news) => take(news),
      onLost: () => this.tell("toast", { text: this.t("lost"), kind: "trouble", about: "line" }),
      onFound: () => this.become(id).then(() => this.tell("toast", { text: this.t("found"), about: "line" })),
    });
    await feed.opened;
    const data = await fetchState(team, id).catch((error) => {
      feed.stop();
      throw error;
    });
    this.stopFeed();
    this.stopFeed = feed.stop;
    const kept = place ?? this.place;
    this.data = data;
    this.values.clear();
    early.forEach((news) => this.#take(news));
    take = (news) => this.#take(news);
    const there = kept === HOME || data.channels.some((channel) => channel.id === kept);
    this.place = null;
    this.go(there ? kept : this.dm, false);
    this.tell("all");
  }

  go(place, draw = true) {
    const target = place === "dm" ? this.dm : place;
    const fresh = target !== this.place;
    this.place = target;
    const team = this.data.teams.length > 1 ? { team: this.team } : {};
    history.replaceState(null, "", `/#${new URLSearchParams({ ...team, as: this.me, in: target })}`);
    if (target === HOME) this.act("open", { tab: "home" });
    else this.markRead();
    if (fresh && this.channel?.direct) this.act("open", { tab: "messages" });
    if (draw) this.tell("place");
  }

  act(name, said) {
    return act(name, this.team, this.me, said);
  }

  markRead() {
    if (this.place !== HOME && this.data.unread[this.me]?.[this.place]) {
      delete this.data.unread[this.me][this.place];
      this.act("read", { channel: this.place });
    }
  }

  #take(news) {
    const { data } = this;
    const clockMoved = Math.floor(news.now / 60) !== Math.floor(data.now / 60);
    data.now = news.now;
    data.zone = news.zone;
    if (news.unread) data.unread = news.unread;
    if (news.people) data.people = news.people;
    if (news.kind === "message") {
      const list = (data.messages[news.channel] ??= []);
      const at = list.findIndex((message) => message.ts === news.message.ts);
      if (at >= 0) list[at] = news.message;
      else list.push(news.message);
      this.values.delete(`${news.channel}:${news.message.ts}`);
      if (news.channel === this.place) this.markRead();
      this.tell("messages", { channel: news.channel });
    } else if (news.kind === "gone") {
      data.messages[news.channel] = (data.messages[news.channel] ?? []).filter((message) => message.ts !== news.ts);
      this.tell("messages", { channel: news.channel });
    } else if (news.kind === "modals") {
      data.modals = news.views;
      this.tell("modals");
    } else if (news.kind === "home") {
      data.home = news.view;
      this.tell("home");
    } else if (news.kind === "troubles") {
      data.troubles.on = news.troubles;
      this.tell("troubles");
    } else if (news.kind === "people") this.tell("people");
    else if (news.kind === "app") this.become(this.me); // the app has come or gone: all that it can do is read anew
    if (news.unread) this.tell("unread");
    if (clockMoved) this.tell("clock");
  }
}

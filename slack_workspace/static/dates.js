// Dates and times as the workspace's clock and time zone have them, in the words of the page's language.

export function parts(seconds, zone) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, year: "numeric", month: "numeric", day: "numeric",
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  const found = Object.fromEntries(format.formatToParts(new Date(seconds * 1000)).map((part) => [part.type, part.value]));
  const [year, month, day] = [Number(found.year), Number(found.month), Number(found.day)];
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return { year, month, day, weekday, hour: found.hour, minute: found.minute, second: found.second };
}

export const dayKey = (seconds, zone) => {
  const { year, month, day } = parts(seconds, zone);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
};

export const time = (seconds, zone) => {
  const { hour, minute } = parts(seconds, zone);
  return `${hour}:${minute}`;
};

export function longDay(seconds, zone, t) {
  const { year, month, day, weekday } = parts(seconds, zone);
  return `${t("days")[weekday]} ${day} ${t("months")[month - 1]} ${year}`;
}

export const longTime = (seconds, zone, t) => `${longDay(seconds, zone, t)}, ${time(seconds, zone)}`;

export function dayName(seconds, now, zone, t) {
  const key = dayKey(seconds, zone);
  if (key === dayKey(now, zone)) return t("today");
  if (key === dayKey(now - 86_400, zone)) return t("yesterday");
  return longDay(seconds, zone, t);
}

// <!date^seconds^format^link|fallback>
export function slackDate(seconds, format, { now, zone, t }) {
  const { year, month, day, hour, minute, second } = parts(seconds, zone);
  const date = `${day} ${t("months")[month - 1]} ${year}`;
  const short = `${day} ${t("monthsShort")[month - 1]} ${year}`;
  const near = [t("today"), t("yesterday")].find((word) => word === dayName(seconds, now, zone, t))?.toLowerCase();
  const tokens = {
    date_num: dayKey(seconds, zone),
    date_slash: dayKey(seconds, zone).split("-").reverse().join("/"),
    date,
    date_short: short,
    date_long: longDay(seconds, zone, t),
    date_pretty: near ?? date,
    date_short_pretty: near ?? short,
    date_long_pretty: near ?? longDay(seconds, zone, t),
    time: `${hour}:${minute}`,
    time_secs: `${hour}:${minute}:${second}`,
    ago: longTime(seconds, zone, t),
  };
  return format.replace(/\{(\w+)\}/g, (whole, name) => tokens[name] ?? whole);
}

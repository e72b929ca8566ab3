// Slack's table block: its first row names the columns, the first cell of every other row names the row.

import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { richText } from "./richtext.js";

export function drawTable(block, about) {
  const [head, ...rows] = block.rows;
  const looks = (index) => {
    const { align, is_wrapped: wrapped } = block.column_settings?.[index] ?? {};
    return [align && `cell-${align}`, wrapped && "cell-wrapped"].filter(Boolean).join(" ");
  };
  const cell = (tag, content, index, scope) => h(tag, { class: looks(index), scope }, drawCell(content, about));
  return h(
    "div",
    { class: "b-table", role: "group", "aria-label": about.t("table"), tabindex: "0" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, head.map((content, index) => cell("th", content, index, "col")))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((content, index) => (
        index ? cell("td", content, index) : cell("th", content, index, "row")))))),
    ),
  );
}

const drawCell = (content, about) => (content.type === "rich_text" ? richText(content.elements, about) : plain(content.text, about.t));

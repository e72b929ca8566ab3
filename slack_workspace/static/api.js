// Talking to the workspace: what a person does goes out as a request, what happens comes in over a socket.

const token = document.querySelector("meta[name=page-token]").content;

export async function fetchState(team, person) {
  const query = new URLSearchParams({ team, as: person ?? "" });
  const answer = await fetch(`/page/state?${query}`, { headers: { "X-Page-Token": token } });
  if (!answer.ok) throw new Error(`state: ${answer.status}`);
  return answer.json();
}

export async function act(name, team, person, said = {}) {
  try {
    const answer = await fetch(`/page/${name}`, {
      method: "POST",
      headers: { "X-Page-Token": token, "Content-Type": "application/json" },
      body: JSON.stringify({ team, as: person, ...said }),
    });
    return await answer.json();
  } catch {
    return { error: "offline" };
  }
}

// Keeps a feed open for one person in a workspace and opens it again if it breaks. `opened` resolves once it first is.
export function openFeed(team, person, { onNews, onLost, onFound }) {
  let socket = null;
  let stopped = false;
  let lost = false;
  let pause = 250;
  let ready;
  const opened = new Promise((resolve) => (ready = resolve));
  const connect = () => {
    socket = new WebSocket(`ws://${location.host}/page/feed?${new URLSearchParams({ token, team, as: person })}`);
    socket.onmessage = (event) => onNews(JSON.parse(event.data));
    socket.onopen = () => {
      pause = 250;
      ready();
      if (lost) onFound();
      lost = false;
    };
    socket.onclose = () => {
      if (stopped) return;
      if (!lost) onLost();
      lost = true;
      pause = Math.min(pause * 2, 5_000);
      setTimeout(again, pause);
    };
  };
  // A workspace that was started anew has a new page token, which stands in a new page
  const again = async () => {
    if (stopped) return;
    const answer = await fetch("/page/state", { headers: { "X-Page-Token": token } }).catch(() => null);
    if (answer?.status === 403) location.reload();
    else connect();
  };
  connect();
  const stop = () => {
    stopped = true;
    socket.close();
  };
  return { opened, stop };
}

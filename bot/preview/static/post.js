// Sending to the server, as the person this page belongs to.
const { as, who, in: group } = document.body.dataset;

export const address = (path, more = {}) => {
  const query = new URLSearchParams({ as, ...(who ? { who } : {}), ...(group ? { in: group } : {}), ...more });
  return `/preview/${path}?${query}`;
};

// Resolves with the server's answer; rejects with an Error whose message can be shown.
export async function post(path, body) {
  const isForm = body instanceof FormData;
  const headers = { "X-Preview": "1" };
  if (!isForm) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address(path), { method: "POST", headers, body: isForm ? body : JSON.stringify(body) });
  } catch (error) {
    throw new Error("The server can't be reached.");
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.error || "That did not work.");
  return data;
}

// Requests to the service that this page came from. Failures are thrown as `Failure`, with words
// for people.

/// A request that was not answered as hoped.
export class Failure extends Error {
  /// `status` is 0 if there was no answer; `problem` is what the service said of it.
  constructor(status, problem = {}) {
    super(words(status, problem));
    this.status = status;
    this.problem = problem;
  }
}

function words(status, problem) {
  const detail = problem.detail ?? problem.title ?? "";
  switch (status) {
    case 0: return "no answer from jobrun serve";
    case 401: return "name or password is not accepted (any more): reload the page to sign in";
    case 403: return `not permitted${detail ? `: ${detail}` : ""}`;
    case 404: return detail || "not there (any more)";
    case 412: return "the job has changed meanwhile";
    case 429: return "too many wrong passwords from this address: try again in a while";
    case 503: return `not available now${detail ? `: ${detail}` : ""}`;
    default: return detail || `the service answered ${status}`;
  }
}

/// The address of a path of the service, with a query of those values that are there. It is put on
/// the origin, since `fetch` refuses to resolve a path where the page's address has a password.
export function address(path, query = {}) {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) {
      if (one != null && one !== "") url.searchParams.append(name, one);
    }
  }
  return url.href;
}

/// Fetches something, and throws unless it is there.
export async function request(path, { query, signal, ...options } = {}) {
  let response;
  try {
    response = await fetch(address(path, query), { ...options, signal, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(0);
  }
  if (response.ok) return response;
  throw new Failure(response.status, await problem(response));
}

async function problem(response) {
  try {
    const text = await response.text();
    const isJSON = /[/+]json/.test(response.headers.get("Content-Type") ?? "");
    return isJSON ? JSON.parse(text) : { detail: text.trim().slice(0, 300) };
  } catch {
    return {};
  }
}

/// Reads JSON.
export async function read(path, query, signal) {
  const response = await request(path, { query, signal });
  return body(response);
}

/// Sends JSON, or nothing, and reads the answer's.
export async function send(path, document, headers = {}) {
  const options = { method: "POST", headers: { ...headers } };
  if (document !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(document);
  }
  return body(await request(path, options));
}

async function body(response) {
  try {
    return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    // Cut off on its way.
    throw new Failure(0);
  }
}

/// The path of a job, or of something below it.
export function jobPath(id, ...below) {
  return ["/v1/jobs", id, ...below].map((part, index) =>
    index === 0 ? part : encodeURIComponent(part)).join("/");
}

// The lines of a log as they come, bounded: long lines are cut, and no more is kept than the reader
// of lines asks for.

import { request } from "./service.js";

// A command may write gigabytes without a line feed.
const longestLine = 4000;
const escapes =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[ -/]*[0-~])/g;

/// Reads a log to its end, and calls `take` with lists of complete lines, and with the beginning
/// of a line that is not complete yet, if there is one.
export async function readLog(path, query, signal, take) {
  const response = await request(path, { query, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop().slice(0, longestLine + 1);
    take(lines.map(plain), plain(rest));
  }
  if (rest) take([plain(rest)], "");
}

/// A line as text: without the escapes that colour it in a terminal, after the last return of the
/// carriage, and with signs for what cannot be seen.
export function plain(line) {
  let text = line.replace(escapes, "");
  if (text.endsWith("\r")) text = text.slice(0, -1);
  text = text.slice(text.lastIndexOf("\r") + 1);
  if (text.length > longestLine) text = `${text.slice(0, longestLine)}… (cut)`;
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (sign) =>
    sign === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + sign.charCodeAt(0)));
}

/** Files in a thread: pictures as pictures, everything else as a row to download. */

import { el, icon } from "./dom.js";
import { bdi } from "./markup.js";
import { locale, prefix, t } from "./words.js";

const units = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** A size as people read it: "240 kB". */
export function sizeOf(bytes) {
  const step = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const shown = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[step],
    unitDisplay: "short",
    maximumFractionDigits: 1,
  });
  return shown.format(bytes / 1000 ** step);
}

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** Where the desk serves a file, whatever its name says. */
const address = ({ id, name }) => `${prefix}/files/${encodeURIComponent(id)}/${encodeURIComponent(name)}`;

const row = (file) =>
  el(
    "a",
    { class: "file-row", href: address(file), download: file.name },
    icon("file"),
    el("span", { class: "file-name" }, bdi(file.name)),
    el("span", { class: "file-size" }, sizeOf(file.size)),
  );

const picture = (file) =>
  el(
    "a",
    { class: "file-picture", href: `${address(file)}?inline=1`, target: "_blank", rel: "noopener", title: file.name },
    el("img", { src: `${address(file)}?inline=1`, alt: t("Picture: {name}", { name: file.name }), loading: "lazy" }),
  );

/** What was said, for who hears it: words, and the names of what came with them. */
export const inWords = ({ text, files }) => [text, ...(files || []).map(({ name }) => name)].filter(Boolean).join(", ");

export const filesOf = (files) =>
  files?.length > 0 &&
  el(
    "div",
    { class: "files" },
    files.map((file) => (PICTURES.has(file.type) ? picture(file) : row(file))),
  );

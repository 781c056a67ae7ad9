// Drives Firefox: opens a page with one lab, makes it live, and presses keys, each of which must lead to a picture.
//
//   node firefox.mjs ADDRESS STEPS     STEPS is a file of JSON: [{ press: [selector, key], html, status }, …]

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [address, steps, modules, firefox] = process.argv.slice(2);
const { default: puppeteer } = await import(
  pathToFileURL(createRequire(`${modules}/`).resolve("puppeteer-core")).href
);
const PATIENCE = 240_000;
const SHOWS = ({ html, status }) => {
  const lab = document.querySelector("section.lstm-lab");
  const read = document.createElement("div");
  read.innerHTML = html;
  return (
    lab.querySelector("[role=status]").textContent === status &&
    lab.querySelector("[data-part=picture]").innerHTML === read.innerHTML
  );
};

const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true });
const page = await browser.newPage();
const errors = [];
page.on("console", (said) => said.type() === "error" && errors.push(said.text()));
page.on("pageerror", (error) => errors.push(error.message));

async function until(right, what) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    if (await right()) {
      return;
    }
    await new Promise((later) => setTimeout(later, 200));
  }
  throw new Error(`${what}: ${await page.$eval("section.lstm-lab [role=status]", (line) => line.textContent)}`);
}

try {
  await page.goto(address);
  await page.click(".lstm-live");
  await until(() => page.$("section.lstm-lab[data-state=live]"), "live");
  for (const { press, ...wanted } of JSON.parse(readFileSync(steps, "utf8"))) {
    await page.focus(press[0]);
    await page.keyboard.press(press[1]);
    await until(() => page.evaluate(SHOWS, wanted), press.join(", "));
    await page.click("section.lstm-lab .reset");
  }
  if (errors.length) {
    throw new Error(errors.join("; "));
  }
} finally {
  await browser.close();
}

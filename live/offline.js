// Once a page has been live, this site also works without a network: sw.js keeps its files.

export async function keepForOffline() {
  try {
    await navigator.serviceWorker?.register(new URL("../sw.js", import.meta.url));
  } catch {
    // The browser keeps nothing here, in a private window for one: the page goes on as it is, with a network.
  }
}

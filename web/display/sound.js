// The gong in a browser, by Web Audio: decoded once, so that a call costs no
// download. A browser that nobody has touched may not play, and says so only by
// a suspended context; text never waits for any of this.

const patience = 15000; // longer than any announcement

export class Sound {
  // onState is called with "ready", "blocked", "no_device" or "off" on change.
  constructor(url, onState) {
    this.url = url;
    this.onState = onState;
    this.state = "";
    this.queue = Promise.resolve();
  }

  // probe opens the sound without making any, and tells how it stands.
  async probe() {
    if (!this.url) return this.#tell("off");
    try {
      this.context ??= this.#open();
      this.gong ??= await this.#load();
      await Promise.race([this.context.resume(), pause(300)]);
      return this.#tell(this.context.state === "running" ? "ready" : "blocked");
    } catch {
      return this.#tell("no_device");
    }
  }

  // ring plays the gong behind those that still play, and returns "played",
  // "blocked", "no_device" or "off".
  ring() {
    const result = this.queue.then(() => this.#ring());
    this.queue = result.then(() => {});
    return result;
  }

  async #ring() {
    const state = await this.probe();
    if (state !== "ready") return state;
    const source = new AudioBufferSourceNode(this.context, { buffer: this.gong });
    source.connect(this.context.destination);
    const ended = new Promise((resolve) => source.addEventListener("ended", () => resolve("played")));
    source.start();
    return Promise.race([ended, pause(patience).then(() => this.#tell("no_device"))]);
  }

  #open() {
    const context = new AudioContext({ latencyHint: "interactive" });
    context.addEventListener("statechange", () => {
      if (context.state === "running") this.#tell("ready");
    });
    return context;
  }

  async #load() {
    const answer = await fetch(this.url);
    if (!answer.ok) throw new Error(`sound: ${answer.status}`);
    return this.context.decodeAudioData(await answer.arrayBuffer());
  }

  #tell(state) {
    if (state !== this.state) {
      this.state = state;
      this.onState(state);
    }
    return state;
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

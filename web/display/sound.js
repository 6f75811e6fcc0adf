// The gong and the speech in a browser, by Web Audio: fetched once, so that a
// call costs no download. A browser that nobody has touched may not play, and
// says so only by a suspended context; text never waits for any of this.

const patience = 30000; // longer than any announcement
const quickly = 300; // in which most browsers open the sound
const slowly = 3000; // in which any does that has something to play on
const usual = "gong"; // where the town's choice isn't there

export class Sound {
  // sounds is the address before a clip's name, speech the clips of each
  // language. onState is called with "ready", "blocked", "no_device" or "off"
  // on change.
  constructor({ sounds, speech }, onState) {
    this.sounds = sounds;
    this.speech = speech ?? {};
    this.onState = onState;
    this.state = "";
    this.clips = new Map(); // name -> promise of the file's bytes
    this.queue = Promise.resolve();
    this.jobs = new Set(); // calls that aren't over: {call, hushed, hush()}
  }

  // prepare fetches what a style {volume, gong, speech} needs.
  prepare(style) {
    if (style === this.prepared) return;
    this.prepared = style;
    for (const name of [usual, style.gong, ...style.speech.flatMap((language) => this.speech[language] ?? [])]) {
      this.#file(name).catch(() => {});
    }
  }

  // probe opens the sound without making any, and tells how it stands. Whether a
  // browser only waits for a touch, or has nothing to play on, it says only by how
  // long it takes; where it may play without a touch it isn't asked for one.
  async probe() {
    if (!this.sounds) return this.#tell("off");
    try {
      this.context ??= this.#open();
      await this.#file(usual);
      const runs = this.context.resume().then(() => true);
      await Promise.race([runs, pause(quickly)]);
      if (this.context.state === "running") return this.#tell("ready");
      if (!mayPlay(this.context)) return this.#tell("blocked");
      if (this.state !== "no_device") await Promise.race([runs, pause(slowly)]); // it was waited for
      return this.#tell(this.context.state === "running" ? "ready" : "no_device");
    } catch {
      return this.#tell("no_device");
    }
  }

  // ring plays a call behind those that still play: the gong, then what is said, as
  // its sound {volume, gong, speech, manner} wants. It returns "played", "blocked", "no_device" or "off", and nothing of
  // one that was hushed.
  ring(call) {
    const job = { call, sources: [] };
    job.silenced = new Promise((resolve) => { job.hush = resolve; });
    this.jobs.add(job);
    const result = this.queue.then(() => this.#ring(job)).catch(() => this.#tell("no_device"));
    this.queue = result.then(() => this.jobs.delete(job));
    return result;
  }

  // hush drops calls that wait, and stops the one that sounds.
  hush(seqs) {
    for (const job of this.jobs) {
      if (!seqs.includes(job.call.seq)) continue;
      job.hushed = true;
      for (const source of job.sources) source.stop();
      job.hush();
    }
  }

  // curtail lets calls that sound end with their first language.
  curtail(seqs) {
    for (const job of this.jobs) {
      if (!seqs.includes(job.call.seq)) continue;
      job.curtailed = true;
      if (!job.further || job.further.begin <= this.context.currentTime) continue; // it is being said
      for (const source of job.sources.slice(job.further.from)) source.stop();
      job.enough = true;
    }
  }

  async #ring(job) {
    const { sound, said } = job.call;
    if (job.hushed) return undefined;
    if (sound.volume === 0) return "off";
    const state = await this.probe();
    if (state !== "ready") return state;
    const volume = new GainNode(this.context, { gain: sound.volume / 100 });
    volume.connect(this.context.destination);
    let end = this.context.currentTime;
    const heard = [];
    const spoken = languagesOf(sound).map((language) => clipsOf(said?.[language] ?? [], sound.manner));
    if (sound.manner !== "shared" || spoken.flat().length === 0) {
      const gong = await this.#decoded(sound.gong).catch(() => this.#decoded(usual));
      heard.push(this.#play(job, gong, volume, 0));
      end += gong.duration;
    }
    // Decoded while the gong sounds, one behind the other without a gap.
    for (const [i, names] of spoken.entries()) {
      for (const [k, name] of names.entries()) {
        const clip = await this.#decoded(name).catch(() => null);
        if (i > 0 && k === 0 && job.curtailed) job.enough = true;
        if (!clip || job.enough) continue;
        const begin = Math.max(end, this.context.currentTime);
        if (i > 0 && k === 0) job.further = { begin, from: job.sources.length };
        heard.push(this.#play(job, clip, volume, begin));
        end = begin + clip.duration;
      }
    }
    if (heard.length === 0) return this.#tell("no_device"); // no recording of it can be had
    const all = Promise.all(heard).then(() => (job.hushed ? undefined : "played"));
    const result = await Promise.race([all, job.silenced, pause(patience).then(() => "no_device")]);
    return result === "no_device" ? this.#tell(result) : result;
  }

  // #play returns a promise of the clip's end.
  async #play(job, buffer, to, when) {
    if (job.hushed) return undefined;
    const source = new AudioBufferSourceNode(this.context, { buffer });
    source.connect(to);
    const ended = new Promise((resolve) => source.addEventListener("ended", () => resolve("played")));
    source.start(when);
    job.sources.push(source);
    return ended;
  }

  #open() {
    const context = new AudioContext({ latencyHint: "interactive" });
    context.addEventListener("statechange", () => {
      if (context.state === "running") this.#tell("ready");
    });
    context.addEventListener("error", () => this.#tell("no_device"));
    return context;
  }

  // #file keeps what came, and asks again for what didn't.
  #file(name) {
    if (!this.clips.has(name)) {
      const bytes = fetch(this.sounds + name).then((answer) => {
        if (!answer.ok) throw new Error(`sound ${name}: ${answer.status}`);
        return answer.arrayBuffer();
      });
      bytes.catch(() => this.clips.delete(name));
      this.clips.set(name, bytes);
    }
    return this.clips.get(name);
  }

  async #decoded(name) {
    if (this.gong?.name === name) return this.gong.buffer;
    const bytes = await this.#file(name);
    const buffer = await this.context.decodeAudioData(bytes.slice(0)); // which takes the bytes away
    if (name.startsWith(usual)) this.gong = { name, buffer };
    return buffer;
  }

  #tell(state) {
    if (state !== this.state) {
      this.state = state;
      this.onState(state);
    }
    return state;
  }
}

// languagesOf and clipsOf say what a manner of announcing leaves, as
// internal/announce/manner.go does.
function languagesOf({ speech, manner }) {
  if (manner === "gong") return [];
  return manner ? speech.slice(0, 1) : speech;
}

const fillers = ["again", "number", "please", "see-screen"];

function clipsOf(names, manner) {
  if (manner !== "brief" && manner !== "shared") return names;
  return names.filter((name) => !fillers.includes(name.split("/")[1]));
}

// mayPlay tells whether a browser plays here: it says so, or somebody has touched it.
function mayPlay(context) {
  const policy = navigator.getAutoplayPolicy?.(context);
  if (policy) return policy === "allowed";
  return navigator.userActivation?.hasBeenActive ?? false;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

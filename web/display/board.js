// What a browser without the display program shows and rings: the same rules as
// internal/display's Screen, as a state machine without clock, network or
// sound. Every input carries "at", milliseconds of a monotonic clock; the
// answer is {changed, hush: [seq], curtail: [seq], ring: [call], send: [report]}.

export const defaults = {
  large: 6000, largeMin: 3000, ringAge: 10000, listed: 6, columns: false, night: [], quiet: [], theme: "", sound: { volume: 100, gong: "gong", speech: [] },
};

const day = 24 * 3600 * 1000;

// The pace, as in internal/display/pace.go, and how long announcements last, as in
// internal/announce/manner.go.
const soon = 15000;
const leastLarge = 2500;
const unbroken = 30000;
const restated = 1000;
const gongLasts = 2200;
const sentenceLasts = 3600;
const briefLasts = 2700;

function lastsIn(manner, languages) {
  if (languages === 0 || manner === "gong") return gongLasts;
  if (manner === "") return gongLasts + languages * sentenceLasts;
  if (manner === "short") return gongLasts + sentenceLasts;
  return manner === "brief" ? gongLasts + briefLasts : briefLasts;
}

// share is how long the large place may be kept so that each that waits has it soon
// after its arrival.
function share(started, waiting) {
  // Whole milliseconds are as exact as a screen's clock.
  return waiting.reduce((shortest, c, i) => Math.min(shortest, (c.received + soon - started) / (i + 1)), soon);
}

// under returns the settings where the town's count.
function under(settings, look) {
  if (!look) return settings;
  const sound = look.sound ?? {};
  const large = look.large_seconds ? look.large_seconds * 1000 : settings.large;
  return {
    ...settings,
    large,
    largeMin: look.large_seconds ? large / 2 : settings.largeMin,
    listed: look.listed ?? settings.listed,
    columns: Boolean(look.columns?.length),
    night: look.night ?? settings.night,
    quiet: sound.quiet ?? settings.quiet,
    theme: settings.theme || (look.theme ?? ""),
    sound: {
      volume: sound.volume ?? settings.sound.volume,
      gong: sound.gong ?? settings.sound.gong,
      speech: sound.speech ?? settings.sound.speech,
    },
  };
}

// seqs are the calls that one stands for: itself and the recalls that came while it
// waited.
const seqs = (call) => [call.seq, ...call.recalls];

const nothing = () => ({ changed: false, hush: [], curtail: [], ring: [], send: [] });

export class Board {
  // own are the settings of this screen.
  constructor(own = defaults) {
    this.own = own;
    this.settings = own;
    this.epoch = "";
    this.seq = 0;
    this.online = false;
    this.since = null;
    this.notice = "";
    this.look = null;
    this.brings = null; // what the day brings
    this.sound = ""; // how this browser's sound stands
    this.soundTold = "";
    this.clock = null; // {reading, read}: the server's time, as text and as ms
    this.day = "";
    this.#forget();
  }

  board(at, message) {
    this.#setClock(at, message.now);
    Object.assign(this, { online: true, since: null, denied: false });
    this.#adopt(message.look ?? null, message.notice);
    const first = message.epoch !== this.epoch;
    if (first) {
      this.#forget();
      this.epoch = message.epoch;
      this.seq = 0;
    }
    this.#turnDay(at);
    if (!message.resumed) this.#replaceBy(message.calls);
    const known = this.seq;
    for (const call of message.calls) {
      if (call.withdrawn) {
        this.#withdraw((own) => own.seq === call.seq);
      } else if (call.seq <= known) {
        for (const own of this.#all()) if (seqs(own).includes(call.seq)) own.cleared ||= call.cleared;
      } else {
        this.#catchUp(at, message.now, call, first);
      }
    }
    this.#trim();
    this.seq = message.resumed ? Math.max(known, message.seq) : message.seq;
    this.#advance(at);
    this.#keepAwaitedLarge(at);
    this.fx.changed = true;
    return this.#done();
  }

  call(at, message) {
    this.#setClock(at, message.now);
    this.#turnDay(at);
    if (message.seq <= this.seq) return this.#done();
    this.seq = message.seq;
    this.#arrive(this.#callOf(at, message.now, message));
    this.#advance(at);
    this.#keepAwaitedLarge(at);
    return this.#done();
  }

  clear(at, message) {
    if (message.seq <= this.seq) return this.#done();
    this.seq = message.seq;
    if (message.withdrawn) this.#withdraw((own) => own.number === message.number && !own.cleared);
    for (const call of this.#all()) {
      if (call.number === message.number && !call.cleared) {
        call.cleared = true;
        this.fx.changed = true;
      }
    }
    this.#trim();
    this.#advance(at);
    return this.#done();
  }

  restyle(at, message) {
    if (message.seq > this.seq) {
      this.seq = message.seq;
      this.#adopt(message.look, message.notice);
    }
    return this.#done();
  }

  clockSet(at, message) {
    this.#setClock(at, message.now);
    this.#turnDay(at);
    this.fx.changed = true;
    return this.#done();
  }

  // today takes what the day brings. It is state: the newest counts.
  today(at, message) {
    this.brings = message;
    this.fx.changed = true;
    return this.#done();
  }

  // soundState takes how this browser's sound stands. When it is back, what could not
  // be heard a moment ago is made up for.
  soundState(at, sound) {
    const back = sound === "ready" && this.sound !== sound;
    this.sound = sound;
    this.#tellSound();
    if (back) this.#makeUp(at);
    return this.#done();
  }

  // soundStands is how the sound stands for whoever listens: at volume 0 a screen is
  // silent, whatever its machine can do.
  soundStands() {
    return this.sound && this.settings.sound.volume === 0 ? "off" : this.sound;
  }

  test(at, message) {
    if (message.seq > this.seq) {
      this.seq = message.seq;
      this.fx.ring.push({ seq: message.seq, sound: { ...this.settings.sound, manner: "gong" } });
    }
    return this.#done();
  }

  disconnected(at) {
    if (this.online) {
      this.online = false;
      this.since = this.#serverTime(at);
      this.fx.changed = true;
    }
    return this.#done();
  }

  refused() {
    this.#forget();
    Object.assign(this, { denied: true, online: false, epoch: "", seq: 0 });
    this.fx.changed = true;
    return this.#done();
  }

  painted(at, seq) {
    for (const call of this.#all()) {
      if (call.seq === seq && !call.reported && !this.waiting.includes(call)) {
        call.reported = true;
        const after = Math.max(0, Math.round(at - call.received));
        for (const of of seqs(call)) this.fx.send.push({ type: "shown", seq: of, after_ms: after });
      }
    }
    return this.#done();
  }

  // sounded takes the end of an announcement, heard or not.
  sounded(at, seq, sound) {
    if (!seq) return this.#done();
    const call = this.#all().find((c) => c.seq === seq);
    for (const of of call ? seqs(call) : [seq]) this.fx.send.push({ type: "sounded", seq: of, sound });
    if (call) call.missed = sound === "no_device" || sound === "blocked";
    if (seq === this.sounding) {
      this.sounding = 0;
      this.#advance(at);
    }
    return this.#done();
  }

  tick(at) {
    this.#turnDay(at);
    this.#advance(at);
    return this.#done();
  }

  // wake returns when tick is due, Infinity before the first board.
  wake() {
    const midnight = this.#midnight();
    if (!this.large || !(this.waiting.length || this.large.cleared)) return midnight;
    return Math.min(midnight, this.#until());
  }

  view(at) {
    return {
      large: this.large, list: this.list, online: this.online, since: this.since,
      now: this.#serverTime(at), notice: this.notice, denied: this.denied ?? false, look: this.look,
      today: this.brings, sound: this.soundStands(),
      theme: this.settings.theme, dark: !this.large && this.#within(this.settings.night, at),
    };
  }

  #adopt(look, notice) {
    Object.assign(this, { look, notice, settings: under(this.own, look) });
    this.#trim();
    this.#tellSound();
    this.fx.changed = true;
  }

  // #tellSound reports how the sound stands where that is news.
  #tellSound() {
    const stands = this.soundStands();
    if (stands === this.soundTold) return;
    this.soundTold = stands;
    this.fx.changed = true;
    this.fx.send.push({ type: "status", sound: stands });
  }

  // #makeUp announces who was called while there was no sound, as
  // internal/display/makeup.go does.
  #makeUp(at) {
    const large = this.large;
    if (large && !this.sounding && this.#owed(at, large)) {
      large.missed = false;
      Object.assign(this, { sounding: large.seq, manner: this.#mannerBefore(at, this.waiting, false) });
      this.fx.ring.push({ ...large, sound: { ...this.settings.sound, manner: this.manner } });
    }
    for (const call of [...this.list].sort((a, b) => a.seq - b.seq)) {
      if (!this.#owed(at, call)) continue;
      call.missed = false;
      this.fx.ring.push({ ...call, sound: { ...this.settings.sound, manner: "gong" } });
    }
  }

  #owed(at, call) {
    return call.missed && !call.cleared && call.age + at - call.received < this.settings.ringAge;
  }

  // #within tells whether the server's local time lies in one of some spans
  // like "20:00-06:00".
  #within(spans, at) {
    const now = this.#serverTime(at)?.slice(11, 16);
    if (!now) return false;
    return spans.some((span) => {
      const [from, to] = span.split("-");
      return from <= to ? from <= now && now < to : now >= from || now < to;
    });
  }

  #callOf(at, now, c) {
    const age = Date.parse(now) - Date.parse(c.at);
    return {
      seq: c.seq, number: c.number, room: c.room, direction: c.direction, said: c.said, again: c.again, cleared: c.cleared ?? false,
      office: c.office,
      received: at, age: Math.max(0, age), ring: age < this.settings.ringAge, reported: false,
      recalls: [], heard: false, missed: false, told: false, due: 0,
    };
  }

  #catchUp(at, now, message, first) {
    const call = this.#callOf(at, now, message);
    if (!call.cleared && (!first || call.ring)) {
      this.#arrive(call);
      return;
    }
    call.reported = true;
    this.late ||= !call.cleared;
    this.#remember(call);
  }

  // #arrive takes a call that nobody here has seen. One that comes too late is listed
  // and not rung.
  #arrive(call) {
    if (call.ring) {
      this.#enqueue(call);
      return;
    }
    this.late = true;
    this.#remember(call);
    this.fx.send.push({ type: "sounded", seq: call.seq, sound: "off" });
  }

  #replaceBy(calls) {
    const onBoard = new Set(calls.map((c) => c.seq));
    const stands = (c) => seqs(c).some((seq) => onBoard.has(seq));
    this.list = this.list.filter(stands);
    this.waiting = this.waiting.filter(stands);
    if (this.large && !stands(this.large)) this.large.cleared = true;
  }

  // #withdraw drops calls that were taken back: they are neither seen nor heard.
  #withdraw(meant) {
    const gone = this.#all().filter(meant);
    if (gone.length === 0) return;
    this.fx.hush.push(...gone.map((call) => call.seq));
    this.fx.changed = true;
    if (gone.includes(this.large)) {
      this.large = null;
      this.sounding = 0;
    }
    this.waiting = this.waiting.filter((call) => !gone.includes(call));
    this.list = this.list.filter((call) => !gone.includes(call));
  }

  // #enqueue has a call wait; a recall of one that still waits is announced with it.
  #enqueue(call) {
    this.fx.changed = true;
    const same = call.again && this.waiting.find((w) => w.number === call.number && w.room.id === call.room.id && w.room.label === call.room.label && !w.cleared);
    if (same) same.recalls.push(call.seq);
    else this.waiting.push(call);
  }

  #advance(at) {
    while (!this.large || at >= this.#until()) {
      if (this.waiting.length === 0) {
        if (this.large?.cleared) this.#retire();
        return;
      }
      this.#show(at, this.waiting.shift());
    }
    this.#curtail();
    this.#tellDue(at);
  }

  #stay(started, waiting) {
    const { large, largeMin } = this.settings;
    if (waiting.length === 0) return large;
    const wanted = Math.max(large / (waiting.length + 1), Math.min(largeMin, large));
    return Math.min(wanted, Math.max(share(started, waiting), Math.min(leastLarge, large)));
  }

  #until() {
    let end = this.started + (this.#recallsLarge() ? 0 : this.#stay(this.started, this.waiting));
    if (this.sounding === this.large.seq) end = Math.max(end, this.started + lastsIn(this.manner, this.settings.sound.speech.length) * 1.5);
    return end;
  }

  #recallsLarge() {
    return this.waiting.length > 0 && this.waiting[0].again && this.waiting[0].number === this.large.number;
  }

  #mannerOf(at, call) {
    if (call.cleared) return "gong";
    const shared = this.large !== null && this.large.heard && at - this.started < unbroken;
    return this.#mannerBefore(at, this.waiting, shared);
  }

  #mannerBefore(at, waiting, shared) {
    const languages = this.settings.sound.speech.length;
    if (waiting.length === 0 || languages === 0) return "";
    const left = share(at, waiting);
    if (lastsIn("short", languages) <= left) return "short";
    return lastsIn("brief", languages) <= left || !shared ? "brief" : "shared";
  }

  #curtail() {
    if (!this.sounding || this.manner !== "" || this.settings.sound.speech.length < 2) return;
    if (this.waiting.length === 0 && !this.large.cleared) return;
    this.manner = "short";
    this.fx.curtail.push(this.sounding);
  }

  #tellDue(at) {
    if (this.waiting.length === 0) return;
    let next = this.#freeAt(at);
    for (const [i, call] of this.waiting.entries()) {
      if (!call.told || Math.abs(next - call.due) >= restated) {
        call.told = true;
        call.due = next;
        const wait = Math.max(0, Math.trunc(next - at));
        for (const seq of seqs(call)) this.fx.send.push({ type: "queued", seq, in_ms: wait });
      }
      const behind = this.waiting.slice(i + 1);
      next += Math.max(this.#stay(next, behind), this.#lasts(this.#mannerBefore(next, behind, true), call));
    }
  }

  #freeAt(at) {
    let free = this.started + (this.#recallsLarge() ? 0 : this.#stay(this.started, this.waiting));
    if (this.sounding === this.large.seq) free = Math.max(free, this.started + lastsIn(this.manner, this.settings.sound.speech.length));
    return Math.max(at, free);
  }

  #lasts(manner, call) {
    if (!call.ring || this.settings.sound.volume === 0) return 0;
    return lastsIn(call.cleared ? "gong" : manner, this.settings.sound.speech.length);
  }

  #show(at, call) {
    const manner = this.#mannerOf(at, call);
    this.#retire();
    this.large = call;
    this.started = at;
    this.list = this.list.filter((c) => c.number !== call.number);
    this.fx.changed = true;
    if (call.ring && !this.#within(this.settings.quiet, at)) {
      call.heard = true;
      Object.assign(this, { sounding: call.seq, manner });
      this.fx.ring.push({ ...call, sound: { ...this.settings.sound, manner } });
      return;
    }
    this.sounding = 0;
    for (const seq of seqs(call)) this.fx.send.push({ type: "sounded", seq, sound: "off" });
  }

  #retire() {
    if (!this.large) return;
    const last = this.large;
    this.large = null;
    this.#remember(last);
  }

  #remember(call) {
    if (this.large?.number === call.number) {
      this.large.cleared ||= call.cleared;
      return;
    }
    this.list = [...this.list.filter((c) => c.number !== call.number), call];
    this.#trim();
    this.fx.changed = true;
  }

  // #trim keeps the list, or each column of it, to its length: who is still awaited
  // comes first and stays.
  #trim() {
    const within = new Map();
    this.list = this.list.sort((a, b) => a.cleared - b.cleared || b.seq - a.seq).filter((call) => {
      const column = this.settings.columns ? call.office : "";
      within.set(column, (within.get(column) ?? 0) + 1);
      return within.get(column) <= this.settings.listed;
    });
  }

  // #keepAwaitedLarge gives the large place, silently, to the newest call that still
  // holds where one was listed that came too late, and nobody else has the place.
  #keepAwaitedLarge(at) {
    const late = this.late;
    this.late = false;
    if (this.large || !late) return;
    const call = this.list.find((c) => !c.cleared);
    if (!call) return;
    this.list = this.list.filter((c) => c !== call);
    this.large = call;
    this.started = at;
    this.fx.changed = true;
  }

  // #turnDay empties the board when the server's local day changes: the day is
  // the first ten characters of its time.
  #turnDay(at) {
    const today = this.#serverTime(at).slice(0, 10);
    if (today === this.day) return;
    if (this.day) this.#forget();
    this.day = today;
  }

  // #midnight returns when the day that the calls belong to ends.
  #midnight() {
    if (!this.day) return Infinity;
    const wall = Date.parse(this.clock.reading.replace(/(Z|[+-]\d\d:\d\d)$/, "Z"));
    return Math.ceil(this.clock.read + Date.parse(`${this.day}T00:00:00Z`) + day - wall);
  }

  #setClock(at, now) {
    this.clock = { reading: now, read: at };
  }

  // #serverTime counts on in the offset that the server wrote.
  #serverTime(at) {
    if (!this.clock) return null;
    const zone = /(Z|[+-]\d\d:\d\d)$/.exec(this.clock.reading)[0];
    const minutes = zone === "Z" ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
    const wall = Date.parse(this.clock.reading) + (at - this.clock.read) + minutes * 60000;
    return new Date(wall).toISOString().replace("Z", zone);
  }

  #forget() {
    this.large = null;
    this.started = 0;
    this.sounding = 0;
    this.manner = "";
    this.waiting = [];
    this.list = [];
    this.fx ??= nothing();
    this.fx.changed = true;
  }

  #all() {
    return [...(this.large ? [this.large] : []), ...this.waiting, ...this.list];
  }

  #done() {
    const fx = this.fx;
    this.fx = nothing();
    return fx;
  }
}

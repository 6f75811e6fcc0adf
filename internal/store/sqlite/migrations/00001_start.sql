-- Times are microseconds since 1970 in UTC, dates are local dates of the branch
-- as YYYY-MM-DD, lists are JSON. The folder of the other engine holds the same
-- tables, columns and indexes under the same numbers; a test compares them.

-- +goose Up

-- Single values: the epoch, secrets of this database.
create table meta (
  name  text not null primary key,
  value text not null
) strict, without rowid;

-- One row per branch: whoever changes a branch holds its row, and seq is the
-- position of its last event.
create table branches (
  id  text not null primary key check (id <> ''),
  seq integer not null default 0 check (seq >= 0),
  mark integer not null default 0
) strict, without rowid;

-- The catalogue, one JSON document per entity.
create table documents (
  kind     text not null check (kind <> ''),
  id       text not null,
  position integer not null,
  body     text not null,
  primary key (kind, id)
) strict, without rowid;

-- Appointments and walk-ins. Nothing here describes a person.
create table tickets (
  id            text not null primary key check (id <> ''),
  version       integer not null check (version >= 1),
  branch        text not null references branches (id),
  date          text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  number        integer not null check (number between 100 and 999),
  kind          text not null check (kind in ('appointment', 'walk_in')),
  items         text not null,
  starts_at     integer,
  ends_at       integer,
  online        integer not null check (online in (0, 1)),
  overbooked    integer not null check (overbooked in (0, 1)),
  language      text not null,
  created_at    integer not null,
  position      integer not null,
  sort_at       integer not null,
  priority      integer not null,
  checked_in_at integer,
  office        text not null check (office <> ''),
  state         text not null check (state in ('booked', 'waiting', 'called', 'serving', 'parked', 'done', 'no_show', 'cancelled')),
  room          text check (room <> ''),
  only_room     text check (only_room <> ''),
  clerk         text check (clerk <> ''),
  calls         integer not null check (calls >= 0),
  call_seq      integer not null check (call_seq >= 0),
  called_at     integer,
  started_at    integer,
  ended_at      integer,
  outcome       text check (outcome in ('served', 'assumed')),
  before        text,
  token_hash    blob unique,
  revision      integer not null check (revision >= 0),
  check ((kind = 'appointment') = (starts_at is not null)),
  check ((starts_at is null) = (ends_at is null)),
  check (starts_at < ends_at),
  check ((state in ('called', 'serving')) = (room is not null)),
  check (outcome is null or state = 'done')
) strict;

-- A number calls one person: the last line of defence behind `numbers`.
create unique index tickets_number on tickets (branch, date, number) where state <> 'cancelled';
create index tickets_of_day on tickets (branch, date, position);
-- Holds all that a booking reads of the others.
create index tickets_spans on tickets (branch, date, office, online, starts_at, ends_at)
  where kind = 'appointment' and state <> 'cancelled';

-- Which numbers were given out. A row outlives its ticket.
create table numbers (
  branch      text not null references branches (id),
  date        text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  number      integer not null check (number between 100 and 999),
  given_at    integer not null,
  returned_at integer,
  primary key (branch, date, number)
) strict, without rowid;

-- Slots kept while a person types.
create table holds (
  hash       blob not null primary key,
  branch     text not null references branches (id),
  office     text not null check (office <> ''),
  date       text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  items      text not null,
  starts_at  integer not null,
  ends_at    integer not null,
  online     integer not null check (online in (0, 1)),
  expires_at integer not null,
  extended   integer not null check (extended >= 0),
  origin     blob,
  check (starts_at < ends_at)
) strict, without rowid;

create index holds_of_day on holds (branch, date);
create index holds_origin on holds (origin, expires_at);
create index holds_expiry on holds (expires_at);

-- What is known of a person, sealed.
create table personal (
  ticket text not null primary key references tickets (id),
  branch text not null,
  date   text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  email  blob,
  body   blob not null
) strict;

create index personal_of_day on personal (branch, date);
create index personal_email on personal (email);

-- What happened in a branch, in the order of commit, without gaps.
create table events (
  branch text not null references branches (id),
  seq    integer not null check (seq >= 1),
  at     integer not null,
  kind   text not null check (kind <> ''),
  body   text not null,
  primary key (branch, seq)
) strict, without rowid;

create index events_calls on events (branch, at) where kind in ('call', 'clear');

-- What screens reported of calls.
create table deliveries (
  branch   text not null,
  call_seq integer not null check (call_seq >= 1),
  device   text not null check (device <> ''),
  shown    integer,
  sound    text check (sound in ('played', 'blocked', 'no_device', 'off')),
  at       integer not null,
  primary key (branch, call_seq, device)
) strict, without rowid;

create table users (
  id         text not null primary key check (id <> ''),
  role       text not null check (role in ('clerk', 'reception', 'manager', 'admin')),
  branches   text not null,
  offices    text not null,
  password   text not null,
  subject    text unique check (subject <> ''),
  disabled   integer not null check (disabled in (0, 1)),
  created_at integer not null,
  changed_at integer not null
) strict, without rowid;

create table sessions (
  hash       blob not null primary key,
  username   text not null references users (id) on delete cascade,
  created_at integer not null,
  expires_at integer not null
) strict, without rowid;

create index sessions_user on sessions (username);

create table devices (
  id         text not null primary key check (id <> ''),
  name       text not null unique check (name <> ''),
  kind       text not null check (kind in ('display', 'kiosk')),
  branch     text not null,
  offices    text not null,
  hash       blob not null unique,
  revoked    integer not null check (revoked in (0, 1)),
  created_at integer not null,
  seen_at    integer,
  shown_at   integer,
  sound      text not null,
  program    text not null
) strict, without rowid;

-- Answered requests, whose repetition must not act again.
create table requests (
  scope  text not null,
  hash   blob not null,
  digest blob not null,
  answer blob,
  at     integer not null,
  primary key (scope, hash)
) strict;

create index requests_at on requests (at);

create table mails (
  id       text not null primary key check (id <> ''),
  ticket   text check (ticket <> ''),
  branch   text not null,
  date     text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  kind     text not null check (kind <> ''),
  revision integer not null check (revision >= 0),
  due_at   integer not null,
  state    text not null check (state in ('queued', 'sending', 'sent', 'refused')),
  attempts integer not null check (attempts >= 0),
  reason   text not null,
  body     blob
) strict;

create index mails_due on mails (state, due_at);
create index mails_ticket on mails (ticket);
create index mails_of_day on mails (branch, date);

-- Who did what to which number.
create table audit (
  id     integer not null primary key,
  at     integer not null,
  branch text not null,
  actor  text not null,
  action text not null,
  ticket text not null,
  number integer check (number between 100 and 999),
  room   text not null,
  detail text not null
) strict;

create index audit_branch on audit (branch, at);

-- Rooms that pause.
create table pauses (
  branch text not null,
  room   text not null check (room <> ''),
  clerk  text not null,
  at     integer not null,
  primary key (branch, room)
) strict, without rowid;

-- People who wait for a slot to become free.
create table wishes (
  id         text not null primary key check (id <> ''),
  hash       blob not null unique,
  branches   text not null,
  items      text not null,
  weekdays   text not null,
  time_from  integer not null check (time_from between 0 and 1440),
  time_to    integer not null check (time_to between 0 and 1440),
  until      text not null check (until glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  branch     text not null,
  body       blob not null,
  created_at integer not null,
  offered_at integer,
  hold       blob
) strict;

create index wishes_until on wishes (until);

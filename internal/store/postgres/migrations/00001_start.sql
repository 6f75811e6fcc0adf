-- Times are microseconds since 1970 in UTC, dates are local dates of the branch
-- as YYYY-MM-DD, lists are JSON. The folder of the other engine holds the same
-- tables, columns and indexes under the same numbers; a test compares them.
-- Text is compared bytewise, as SQLite does.

-- +goose Up

-- Single values: the epoch, secrets of this database.
create table meta (
  name  text collate "C" not null primary key,
  value text collate "C" not null
);

-- One row per branch: whoever changes a branch holds its row, and seq is the
-- position of its last event.
create table branches (
  id  text collate "C" not null primary key check (id <> ''),
  seq bigint not null default 0 check (seq >= 0),
  mark bigint not null default 0
);

-- The catalogue, one JSON document per entity.
create table documents (
  kind     text collate "C" not null check (kind <> ''),
  id       text collate "C" not null,
  position bigint not null,
  body     text collate "C" not null,
  primary key (kind, id)
);

-- Appointments and walk-ins. Nothing here describes a person.
create table tickets (
  id            text collate "C" not null primary key check (id <> ''),
  version       bigint not null check (version >= 1),
  branch        text collate "C" not null references branches (id),
  date          text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  number        bigint not null check (number between 100 and 999),
  kind          text collate "C" not null check (kind in ('appointment', 'walk_in')),
  items         text collate "C" not null,
  starts_at     bigint,
  ends_at       bigint,
  online        boolean not null,
  overbooked    boolean not null,
  language      text collate "C" not null,
  created_at    bigint not null,
  position      bigint not null,
  sort_at       bigint not null,
  priority      bigint not null,
  checked_in_at bigint,
  office        text collate "C" not null check (office <> ''),
  state         text collate "C" not null check (state in ('booked', 'waiting', 'called', 'serving', 'parked', 'done', 'no_show', 'cancelled')),
  room          text collate "C" check (room <> ''),
  only_room     text collate "C" check (only_room <> ''),
  clerk         text collate "C" check (clerk <> ''),
  calls         bigint not null check (calls >= 0),
  call_seq      bigint not null check (call_seq >= 0),
  called_at     bigint,
  started_at    bigint,
  ended_at      bigint,
  outcome       text collate "C" check (outcome in ('served', 'assumed')),
  before        text collate "C",
  token_hash    bytea unique,
  revision      bigint not null check (revision >= 0),
  check ((kind = 'appointment') = (starts_at is not null)),
  check ((starts_at is null) = (ends_at is null)),
  check (starts_at < ends_at),
  check ((state in ('called', 'serving')) = (room is not null)),
  check (outcome is null or state = 'done')
);

-- A number calls one person: the last line of defence behind `numbers`.
create unique index tickets_number on tickets (branch, date, number) where state <> 'cancelled';
create index tickets_of_day on tickets (branch, date, position);
-- Holds all that a booking reads of the others.
create index tickets_spans on tickets (branch, date, office, online, starts_at, ends_at)
  where kind = 'appointment' and state <> 'cancelled';

-- Which numbers were given out. A row outlives its ticket.
create table numbers (
  branch      text collate "C" not null references branches (id),
  date        text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  number      bigint not null check (number between 100 and 999),
  given_at    bigint not null,
  returned_at bigint,
  primary key (branch, date, number)
);

-- Slots kept while a person types.
create table holds (
  hash       bytea not null primary key,
  branch     text collate "C" not null references branches (id),
  office     text collate "C" not null check (office <> ''),
  date       text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  items      text collate "C" not null,
  starts_at  bigint not null,
  ends_at    bigint not null,
  online     boolean not null,
  expires_at bigint not null,
  extended   bigint not null check (extended >= 0),
  origin     bytea,
  check (starts_at < ends_at)
);

create index holds_of_day on holds (branch, date);
create index holds_origin on holds (origin, expires_at);
create index holds_expiry on holds (expires_at);

-- What is known of a person, sealed.
create table personal (
  ticket text collate "C" not null primary key references tickets (id),
  branch text collate "C" not null,
  date   text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  email  bytea,
  body   bytea not null
);

create index personal_of_day on personal (branch, date);
create index personal_email on personal (email);

-- What happened in a branch, in the order of commit, without gaps.
create table events (
  branch text collate "C" not null references branches (id),
  seq    bigint not null check (seq >= 1),
  at     bigint not null,
  kind   text collate "C" not null check (kind <> ''),
  body   text collate "C" not null,
  primary key (branch, seq)
);

create index events_calls on events (branch, at) where kind in ('call', 'clear');

-- What screens reported of calls.
create table deliveries (
  branch   text collate "C" not null,
  call_seq bigint not null check (call_seq >= 1),
  device   text collate "C" not null check (device <> ''),
  shown    bigint,
  sound    text collate "C" check (sound in ('played', 'blocked', 'no_device', 'off')),
  at       bigint not null,
  primary key (branch, call_seq, device)
);

create table users (
  id         text collate "C" not null primary key check (id <> ''),
  role       text collate "C" not null check (role in ('clerk', 'reception', 'manager', 'admin')),
  branches   text collate "C" not null,
  offices    text collate "C" not null,
  password   text collate "C" not null,
  subject    text collate "C" unique check (subject <> ''),
  disabled   boolean not null,
  created_at bigint not null,
  changed_at bigint not null
);

create table sessions (
  hash       bytea not null primary key,
  username   text collate "C" not null references users (id) on delete cascade,
  created_at bigint not null,
  expires_at bigint not null
);

create index sessions_user on sessions (username);

create table devices (
  id         text collate "C" not null primary key check (id <> ''),
  name       text collate "C" not null unique check (name <> ''),
  kind       text collate "C" not null check (kind in ('display', 'kiosk')),
  branch     text collate "C" not null,
  offices    text collate "C" not null,
  hash       bytea not null unique,
  revoked    boolean not null,
  created_at bigint not null,
  seen_at    bigint,
  shown_at   bigint,
  sound      text collate "C" not null,
  program    text collate "C" not null
);

-- Answered requests, whose repetition must not act again.
create table requests (
  scope  text collate "C" not null,
  hash   bytea not null,
  digest bytea not null,
  answer bytea,
  at     bigint not null,
  primary key (scope, hash)
);

create index requests_at on requests (at);

create table mails (
  id       text collate "C" not null primary key check (id <> ''),
  ticket   text collate "C" check (ticket <> ''),
  branch   text collate "C" not null,
  date     text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  kind     text collate "C" not null check (kind <> ''),
  revision bigint not null check (revision >= 0),
  due_at   bigint not null,
  state    text collate "C" not null check (state in ('queued', 'sending', 'sent', 'refused')),
  attempts bigint not null check (attempts >= 0),
  reason   text collate "C" not null,
  body     bytea
);

create index mails_due on mails (state, due_at);
create index mails_ticket on mails (ticket);
create index mails_of_day on mails (branch, date);

-- Who did what to which number.
create table audit (
  id     bigint generated by default as identity primary key,
  at     bigint not null,
  branch text collate "C" not null,
  actor  text collate "C" not null,
  action text collate "C" not null,
  ticket text collate "C" not null,
  number bigint check (number between 100 and 999),
  room   text collate "C" not null,
  detail text collate "C" not null
);

create index audit_branch on audit (branch, at);

-- Rooms that pause.
create table pauses (
  branch text collate "C" not null,
  room   text collate "C" not null check (room <> ''),
  clerk  text collate "C" not null,
  at     bigint not null,
  primary key (branch, room)
);

-- People who wait for a slot to become free.
create table wishes (
  id         text collate "C" not null primary key check (id <> ''),
  hash       bytea not null unique,
  branches   text collate "C" not null,
  items      text collate "C" not null,
  weekdays   text collate "C" not null,
  time_from  bigint not null check (time_from between 0 and 1440),
  time_to    bigint not null check (time_to between 0 and 1440),
  until      text collate "C" not null check (until ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  branch     text collate "C" not null,
  body       bytea not null,
  created_at bigint not null,
  offered_at bigint,
  hold       bytea
);

create index wishes_until on wishes (until);

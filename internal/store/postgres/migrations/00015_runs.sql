-- +goose Up

-- What the office does with many appointments at once: a run, and what it does
-- with each. Reason is the office's words, sealed; gone once the run has ended.
create table runs (
  id         text collate "C" not null primary key,
  branch     text collate "C" not null,
  date       text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  clerk      text collate "C" not null,
  kind       text collate "C" not null check (kind in ('offer', 'move', 'cancel', 'keep')),
  state      text collate "C" not null check (state in ('running', 'stopped', 'done', 'undoing', 'undone')),
  terms      text collate "C" not null,
  key_date   text collate "C" not null check (key_date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  reason     bytea,
  created_at bigint not null,
  mails_at   bigint,
  check ((state in ('running', 'undoing')) = (mails_at is null))
);

create index runs_open on runs (state) where state in ('running', 'undoing');
create index runs_of_branch on runs (branch, created_at);

create table run_items (
  run     text collate "C" not null,
  place   bigint not null check (place >= 0),
  ticket  text collate "C" not null,
  branch  text collate "C" not null,
  state   text collate "C" not null check (state in ('waiting', 'done', 'left', 'undone')),
  note    text collate "C" not null,
  target  text collate "C",
  before  text collate "C",
  version bigint not null,
  primary key (run, place),
  unique (run, ticket)
);

-- A time that is kept for an appointment which no longer fits, until its holder
-- has answered. One of an appointment at most. It counts like an appointment.
create table reservations (
  ticket     text collate "C" not null primary key,
  run        text collate "C" not null,
  branch     text collate "C" not null,
  office     text collate "C" not null,
  date       text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  number     bigint not null check (number between 100 and 999),
  items      text collate "C" not null,
  starts_at  bigint not null,
  ends_at    bigint not null,
  hold       bytea,
  until_at   bigint not null,
  moves      boolean not null,
  position   bigint not null,
  created_at bigint not null
);

create index reservations_of_day on reservations (branch, date);
create index reservations_due on reservations (until_at) where hold is not null;

-- The run that has caused a mail, which leaves no sooner than the run lets it.
alter table mails add column run text collate "C";
create index mails_of_run on mails (run, ticket) where run is not null;

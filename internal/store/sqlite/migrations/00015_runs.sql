-- +goose Up

-- What the office does with many appointments at once: a run, and what it does
-- with each. Reason is the office's words, sealed; gone once the run has ended.
create table runs (
  id         text not null primary key,
  branch     text not null,
  date       text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  clerk      text not null,
  kind       text not null check (kind in ('offer', 'move', 'cancel', 'keep')),
  state      text not null check (state in ('running', 'stopped', 'done', 'undoing', 'undone')),
  terms      text not null,
  key_date   text not null check (key_date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  reason     blob,
  created_at integer not null,
  mails_at   integer,
  check ((state in ('running', 'undoing')) = (mails_at is null))
) strict;

create index runs_open on runs (state) where state in ('running', 'undoing');
create index runs_of_branch on runs (branch, created_at);

create table run_items (
  run     text not null,
  place   integer not null check (place >= 0),
  ticket  text not null,
  branch  text not null,
  state   text not null check (state in ('waiting', 'done', 'left', 'undone')),
  note    text not null,
  target  text,
  before  text,
  version integer not null,
  primary key (run, place),
  unique (run, ticket)
) strict, without rowid;

-- A time that is kept for an appointment which no longer fits, until its holder
-- has answered. One of an appointment at most. It counts like an appointment.
create table reservations (
  ticket     text not null primary key,
  run        text not null,
  branch     text not null,
  office     text not null,
  date       text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  number     integer not null check (number between 100 and 999),
  items      text not null,
  starts_at  integer not null,
  ends_at    integer not null,
  hold       blob,
  until_at   integer not null,
  moves      integer not null check (moves in (0, 1)),
  position   integer not null,
  created_at integer not null
) strict;

create index reservations_of_day on reservations (branch, date);
create index reservations_due on reservations (until_at) where hold is not null;

-- The run that has caused a mail, which leaves no sooner than the run lets it.
alter table mails add column run text;
create index mails_of_run on mails (run, ticket) where run is not null;

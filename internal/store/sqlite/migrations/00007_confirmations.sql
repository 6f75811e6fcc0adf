-- +goose Up

-- What counts once somebody has pressed the button behind a link that went to
-- their mail address and nowhere else.
create table confirmations (
  id         text not null primary key check (id <> ''),
  hash       blob not null unique,
  purpose    text not null check (purpose <> ''),
  branch     text not null,
  date       text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  key_date   text not null check (key_date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  body       blob not null,
  expires_at integer not null
) strict;

create index confirmations_of_day on confirmations (date);

-- How often something was done that is limited by the day. The hash is of what
-- is counted and of whom, with the key of the date.
create table counts (
  hash blob not null primary key,
  date text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  n    integer not null check (n >= 0)
) strict, without rowid;

create index counts_of_day on counts (date);

-- How many offers a wish has let lapse, the one that is out not counted.
alter table wishes add column lapsed integer not null default 0 check (lapsed >= 0);

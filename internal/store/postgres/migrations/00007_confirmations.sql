-- +goose Up

-- What counts once somebody has pressed the button behind a link that went to
-- their mail address and nowhere else.
create table confirmations (
  id         text collate "C" not null primary key check (id <> ''),
  hash       bytea not null unique,
  purpose    text collate "C" not null check (purpose <> ''),
  branch     text collate "C" not null,
  date       text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  key_date   text collate "C" not null check (key_date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  body       bytea not null,
  expires_at bigint not null
);

create index confirmations_of_day on confirmations (date);

-- How often something was done that is limited by the day. The hash is of what
-- is counted and of whom, with the key of the date.
create table counts (
  hash bytea not null primary key,
  date text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  n    bigint not null check (n >= 0)
);

create index counts_of_day on counts (date);

-- How many offers a wish has let lapse, the one that is out not counted.
alter table wishes add column lapsed bigint not null default 0 check (lapsed >= 0);

-- +goose Up

-- What somebody took without signing in, under hashes of the networks that they
-- came from, each with the key of the row's date: a share of that date's places,
-- or a booking made on it. A row counts as long as what it is of lives.
create table takings (
  ticket text collate "C" not null,
  date   text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  hold   bytea not null,
  hash   bytea not null,
  at     bigint not null,
  primary key (hash, hold, ticket),
  check ((length(hold) > 0) <> (ticket <> ''))
);

create index takings_of_day on takings (date);

-- Hash of the mark of the browser that holds, with the day's key.
alter table holds add column browser bytea;
create index holds_browser on holds (browser, expires_at);

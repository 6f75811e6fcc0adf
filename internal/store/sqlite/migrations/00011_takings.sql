-- +goose Up

-- What somebody took without signing in, under hashes of the networks that they
-- came from, each with the key of the row's date: a share of that date's places,
-- or a booking made on it. A row counts as long as what it is of lives.
create table takings (
  ticket text not null,
  date   text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  hold   blob not null,
  hash   blob not null,
  at     integer not null,
  primary key (hash, hold, ticket),
  check ((length(hold) > 0) <> (ticket <> ''))
) strict, without rowid;

create index takings_of_day on takings (date);

-- Hash of the mark of the browser that holds, with the day's key.
alter table holds add column browser blob;
create index holds_browser on holds (browser, expires_at);

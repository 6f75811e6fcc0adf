-- +goose Up

-- How often a secret was tried since it was right, by a keyed hash of who tried.
create table attempts (
  hash    blob not null primary key,
  tries   integer not null check (tries >= 0),
  last_at integer not null
) strict, without rowid;

create index attempts_last on attempts (last_at);

-- Browsers in which somebody has signed in, by the hash of the mark that they keep.
create table browsers (
  hash     blob not null,
  username text not null references users (id) on delete cascade,
  seen_at  integer not null,
  primary key (hash, username)
) strict, without rowid;

create index browsers_user on browsers (username);

-- +goose Up

-- How often a secret was tried since it was right, by a keyed hash of who tried.
create table attempts (
  hash    bytea not null primary key,
  tries   bigint not null check (tries >= 0),
  last_at bigint not null
);

create index attempts_last on attempts (last_at);

-- Browsers in which somebody has signed in, by the hash of the mark that they keep.
create table browsers (
  hash     bytea not null,
  username text collate "C" not null references users (id) on delete cascade,
  seen_at  bigint not null,
  primary key (hash, username)
);

create index browsers_user on browsers (username);

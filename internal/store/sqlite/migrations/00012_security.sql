-- +goose Up

-- What happened at the doors: who came in, who was refused, whose rights changed.
create table security (
  id      integer not null primary key,
  at      integer not null,
  event   text not null check (event <> ''),
  account text not null,
  actor   text not null,
  way     text not null,
  detail  text not null,
  times   integer not null check (times >= 1)
) strict;

create index security_at on security (at);

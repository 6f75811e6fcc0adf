-- +goose Up

-- Changes of the town that aren't made yet, by whoever words them.
create table drafts (
  id         text not null primary key check (id <> ''),
  owner      text not null check (owner <> ''),
  branches   text not null,
  edits      text not null,
  version    integer not null check (version >= 1),
  created_at integer not null,
  changed_at integer not null
) strict;

-- Changes of the town that were made in the browser, with what takes each back.
create table town_changes (
  id       integer not null,
  at       integer not null,
  actor    text not null check (actor <> ''),
  branches text not null,
  edits    text not null,
  undo     text not null,
  draft    text,
  undoes   integer
) strict;

create unique index town_changes_id on town_changes (id);
create unique index town_changes_draft on town_changes (draft);
create unique index town_changes_undoes on town_changes (undoes);
create index town_changes_at on town_changes (at);

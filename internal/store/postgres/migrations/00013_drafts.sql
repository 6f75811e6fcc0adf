-- +goose Up

-- Changes of the town that aren't made yet, by whoever words them.
create table drafts (
  id         text collate "C" not null primary key check (id <> ''),
  owner      text collate "C" not null check (owner <> ''),
  branches   text collate "C" not null,
  edits      text collate "C" not null,
  version    bigint not null check (version >= 1),
  created_at bigint not null,
  changed_at bigint not null
);

-- Changes of the town that were made in the browser, with what takes each back.
create table town_changes (
  id       bigint not null,
  at       bigint not null,
  actor    text collate "C" not null check (actor <> ''),
  branches text collate "C" not null,
  edits    text collate "C" not null,
  undo     text collate "C" not null,
  draft    text collate "C",
  undoes   bigint
);

create unique index town_changes_id on town_changes (id);
create unique index town_changes_draft on town_changes (draft);
create unique index town_changes_undoes on town_changes (undoes);
create index town_changes_at on town_changes (at);

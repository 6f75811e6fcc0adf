-- +goose Up

-- Servers that run on this database now.
create table nodes (
  id      text not null primary key check (id <> ''),
  expires integer not null -- by the machine's clock
) strict, without rowid;

-- Which screens are connected to which of them.
create table presences (
  node        text not null references nodes (id) on delete cascade,
  branch      text not null check (branch <> ''),
  device      text not null check (device <> ''),
  name        text not null,
  offices     text not null,
  sound       text not null,
  since_at    integer not null,
  twice_at    integer,
  primary key (node, branch, device)
) strict, without rowid;

-- Calls that no screen had reported in time: judged once for all nodes.
create table late_calls (
  branch   text not null,
  call_seq integer not null check (call_seq >= 1),
  at       integer not null,
  primary key (branch, call_seq)
) strict, without rowid;

alter table deliveries add column due integer; -- by the machine's clock: when the screen expects to show it
alter table mails add column taker text; -- the node that sends it

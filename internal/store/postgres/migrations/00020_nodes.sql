-- +goose Up

-- By whose clock leases end: that of the database, which all nodes share.
create function database_micros() returns bigint language sql volatile
  as 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint';

-- Servers that run on this database now.
create table nodes (
  id      text collate "C" not null primary key check (id <> ''),
  expires bigint not null -- by database_micros()
);

-- Which screens are connected to which of them.
create table presences (
  node        text collate "C" not null references nodes (id) on delete cascade,
  branch      text collate "C" not null check (branch <> ''),
  device      text collate "C" not null check (device <> ''),
  name        text collate "C" not null,
  offices     text collate "C" not null,
  sound       text collate "C" not null,
  since_at    bigint not null,
  twice_at    bigint,
  primary key (node, branch, device)
);

-- Calls that no screen had reported in time: judged once for all nodes.
create table late_calls (
  branch   text collate "C" not null,
  call_seq bigint not null check (call_seq >= 1),
  at       bigint not null,
  primary key (branch, call_seq)
);

alter table deliveries add column due bigint; -- by database_micros(): when the screen expects to show it
alter table mails add column taker text collate "C"; -- the node that sends it

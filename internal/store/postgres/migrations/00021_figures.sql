-- +goose Up

-- The steps of a ticket as figures reckon with them, until its day is packed; and how
-- the person got it.
alter table tickets add column path text collate "C" not null default '[]';
alter table tickets add column channel text collate "C" check (channel in ('online', 'telephone', 'kiosk', 'reception'));

-- What figures keep of a day: the stretches of its visits, packed, without an
-- instant, a ticket or a number.
create table figure_days (
  branch text collate "C" not null,
  date   text collate "C" not null check (date ~ '^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$'),
  body   bytea not null,
  primary key (branch, date)
);

-- +goose Up

-- How many holds and bookings strangers took of a branch, by the minute (since
-- 1970), and whether they were so many that their browsers had to work.
create table demand (
  branch text collate "C" not null,
  minute bigint not null,
  taken  bigint not null check (taken >= 1),
  rush   bigint not null check (rush in (0, 1)),
  primary key (branch, minute)
);

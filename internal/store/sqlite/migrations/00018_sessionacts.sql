-- +goose Up

-- When the person of a session did something last, where a branch locks idle
-- sessions; those that are open begin with their sign-in.
alter table sessions add column acted_at integer not null default 0;
update sessions set acted_at = created_at;

-- +goose Up

-- Since when a mail waits, whatever was tried meanwhile, and how often a server
-- delayed it; attempts counts who took it, and never falls.
alter table mails add column since_at bigint;
update mails set since_at = due_at;
alter table mails add column tries bigint not null default 0 check (tries >= 0);
update mails set tries = attempts;

-- The few that aren't sent or given up, the one that has waited longest first.
create index mails_waiting on mails (since_at) where state in ('queued', 'sending');

-- +goose Up

-- Whom no mail reached: few among all the mails that wait for their day, and
-- every page of the staff counts them.
create index mails_refused on mails (branch, date) where state = 'refused' and settled_at is null;

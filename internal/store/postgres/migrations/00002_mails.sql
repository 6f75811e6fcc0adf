-- +goose Up

-- When somebody dealt with a mail that couldn't be delivered.
alter table mails add column settled_at bigint;

-- In the order in which mails are taken, so that the first of ten thousand is
-- found without sorting the others.
drop index mails_due;
create index mails_due on mails (state, due_at, id);

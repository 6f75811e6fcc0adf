-- +goose Up

-- Whose day's key seals a row's body. It was always the date's own; of a date far
-- ahead it is a nearer one, and the body is sealed anew as that comes closer.
alter table personal add column key_date text not null default '1970-01-01' check (key_date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]');
update personal set key_date = date;
alter table mails add column key_date text not null default '1970-01-01' check (key_date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]');
update mails set key_date = date;
alter table wishes add column key_date text not null default '1970-01-01' check (key_date glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]');
update wishes set key_date = until;

-- +goose Up

-- What was done before a person was sent on to the next service.
alter table tickets add column visits text not null default '[]';

-- +goose Up

-- What colleagues read instead of an account's name; empty: nothing else.
alter table users add column shown text collate "C" not null default '';

-- +goose Up

-- Somebody decided that the appointment stays although it no longer fits.
alter table tickets add column kept integer not null default 0 check (kept in (0, 1));

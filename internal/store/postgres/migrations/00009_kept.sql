-- +goose Up

-- Somebody decided that the appointment stays although it no longer fits.
alter table tickets add column kept boolean not null default false;

-- +goose Up

-- Whose number it was last: who comes back to a date gets it again, and nobody else
-- does.
alter table numbers add column returned_by text collate "C";

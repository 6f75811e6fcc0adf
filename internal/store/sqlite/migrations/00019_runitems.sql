-- +goose Up

-- Whom runs found no time for: asked whenever time becomes free.
create index run_items_left on run_items (note) where state = 'left';
create index run_items_ticket on run_items (ticket, run);

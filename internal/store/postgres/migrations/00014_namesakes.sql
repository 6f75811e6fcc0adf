-- +goose Up

-- Nobody tells Lena from lena: a name is good for one account, and for one device,
-- whatever its case. Of those that are there already one has it.
alter table users add column folded text collate "C";
update users set folded = lower(id)
  where not exists (select 1 from users other where lower(other.id) = lower(users.id) and other.id < users.id);
create unique index users_folded on users (folded);

alter table devices add column folded text collate "C";
update devices set folded = lower(name)
  where not exists (select 1 from devices other where lower(other.name) = lower(devices.name) and other.name < devices.name);
create unique index devices_folded on devices (folded);

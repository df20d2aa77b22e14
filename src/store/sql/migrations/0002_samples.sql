-- older programs go on
-- Readings of queues, kept for a while, and what is learned from them. Programs that know only the
-- first schema miss nothing here, so this number is not one that programs compare
-- (read/installed_version.sql).
set local role jobflip_owner;

create table jobflip_data.sample_keeping (
  one boolean primary key default true check (one),
  samples_kept_ms jobflip.length_ms not null check (samples_kept_ms >= 86400000)
);
insert into jobflip_data.sample_keeping (samples_kept_ms) values (2592000000);

-- A row has the readings of one queue in one call, up to 60 of one UTC day: the n-th items of the
-- arrays belong together. A row of more than 2 KB is compressed (roll_sample_days), and readings
-- that resemble each other then need a quarter of the disk. So storage is main: compressed, and not
-- moved into a TOAST table. There is one partition for each day, and dropping it is the only way in
-- which readings go. There is no foreign key: readings outlive their queue.
create table jobflip_data.sample (
  pool text not null,
  queue text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  after_ms integer[] not null,    -- since first_at
  took_ms integer[] not null,
  verdict text[] not null,        -- "+" in front: the watch began with this reading
  document text[] not null,       -- JSON without nulls; '' if there was no reading
  error text[]                    -- null if none failed
) partition by range (first_at);
alter table jobflip_data.sample alter after_ms set storage main, alter took_ms set storage main,
  alter verdict set storage main, alter document set storage main, alter error set storage main;
create index sample_by_queue on jobflip_data.sample (pool, queue, first_at);

-- What the leading supervisor has learned about a queue. It is not deleted with a flip or a change
-- of the leader, only with the queue.
create table jobflip_data.learned (
  pool text not null,
  queue text not null,
  document text not null check (octet_length(document) <= 8192),
  kept_at timestamptz not null,
  primary key (pool, queue)
);

revoke all on jobflip_data.sample_keeping, jobflip_data.sample, jobflip_data.learned from public;
reset role;

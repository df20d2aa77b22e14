-- Tables, roles and data of the first schema. It is released with 0.1.0 and never changes after
-- that: a test compares its checksum. Functions, views and triggers are not in it: they are the set
-- in the other folders, which `jobflip migrate` replaces as a whole.
--
-- Everything belongs to jobflip_owner, which can't log in. The group roles may execute functions
-- and have no right on a table. A login is a member of one group, and can act only for the node to
-- which it is bound.

do $roles$
declare
  v_role text;
begin
  foreach v_role in array array['jobflip_owner', 'jobflip_agent', 'jobflip_supervisor',
                                'jobflip_operator', 'jobflip_worker', 'jobflip_reader'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
      execute format('create role %I nologin', v_role);
    end if;
  end loop;
  -- Objects are created under SET ROLE. Since PostgreSQL 16, a creator of a role that is not a
  -- superuser is a member of it without SET, but may grant it to itself with SET
  if not pg_catalog.pg_has_role(current_user, 'jobflip_owner',
      case when current_setting('server_version_num')::integer >= 160000 then 'set'
           else 'member' end) then
    execute format('grant jobflip_owner to %I', current_user);
  end if;
  -- if a superuser created the roles, the owner of the database can't grant them and need not
  if not pg_catalog.pg_has_role('jobflip_operator', 'jobflip_reader', 'usage') then
    grant jobflip_reader to jobflip_operator;
  end if;
  begin
    -- a take ends worker sessions that would otherwise block it for ever
    grant pg_signal_backend, pg_read_all_stats to jobflip_owner;
  exception when insufficient_privilege then
    raise notice using message = 'jobflip_owner can''t end hung worker sessions: '
      || 'grant it pg_signal_backend and pg_read_all_stats';
  end;
end
$roles$;

-- Two schemas: jobflip has what the groups may call, jobflip_data has the tables and the gates.
-- Only the owner may use jobflip_data: CREATE RULE and CREATE TRIGGER wait for a table's lock
-- before they check its owner, and the beats of all nodes would wait behind them.
create schema jobflip authorization jobflip_owner;
create schema jobflip_data authorization jobflip_owner;
set local role jobflip_owner;
-- before the first function: PUBLIC must not be able to execute a new function, even for a moment
alter default privileges revoke execute on functions from public;
grant usage on schema jobflip
  to jobflip_agent, jobflip_supervisor, jobflip_operator, jobflip_worker, jobflip_reader;

create domain jobflip.plain_name as text check (value ~ '^[a-z0-9][a-z0-9._-]{0,62}$');
-- the length of a setting: at most 365 days, as in the files, so that sums can't overflow
create domain jobflip.length_ms as bigint check (value between 0 and 31536000000);
-- what people set, as programs read it: keys that SQL does not know are kept for those who do. Each
-- length is as above, and every other number one that a program can hold
create domain jobflip.settings_document as jsonb
  constraint is_an_object check (jsonb_typeof(value) = 'object')
  constraint is_short check (octet_length((value - 'query')::text) <= 16384)
  constraint has_lengths_within_bounds check (not value @? '$.keyvalue() ? (
    @.key like_regex "_ms$" && !(@.value.type() == "number" && @.value >= 0
      && @.value <= 31536000000 && @.value == @.value.floor()))')
  constraint has_numbers_within_bounds check (not value @? '$.keyvalue() ? (
    !(@.key like_regex "_ms$") && @.value.type() == "number"
      && !(@.value >= -2147483648 && @.value <= 2147483647))');

create table jobflip_data.schema_version (
  version integer primary key,
  name text not null,
  installed_at timestamptz not null default clock_timestamp(),
  installed_by text not null default session_user
);

-- Who may be what -------------------------------------------------------------------------------

create table jobflip_data.node (
  name jobflip.plain_name primary key,
  kind text not null check (kind in ('agent', 'supervisor')),
  login text not null unique check (octet_length(login) between 1 and 63),
  drain_reason text not null default '',
  drain_actor text not null default '',
  drained_at timestamptz
);

-- Durations are in milliseconds, and say so. What people set is one document; what SQL itself needs
-- of it are columns made from it, and none of these may be missing. A setting that only programs
-- need has no column.
create table jobflip_data.pool (
  name jobflip.plain_name primary key,
  kind text not null default 'workers' check (kind in ('workers', 'supervisors')),
  settings_version bigint not null default 1,
  settings jobflip.settings_document not null
    check (settings ->> 'when_workers_end' in ('restart', 'hand-over', 'hand-over-in-loop')),
  -- what SQL would take for one, and a program would not
  constraint types_are_those_of_json check (
    jsonb_typeof(settings -> 'workers_fence_every_claim') = 'boolean'
    and jsonb_typeof(settings -> 'clock_rate_bound') = 'number'),
  mode text not null generated always as (settings ->> 'mode') stored
    check (mode in ('auto', 'observe')),
  when_store_lost text not null generated always as (settings ->> 'when_store_lost') stored
    check (when_store_lost in ('stop', 'keep')),
  workers_fence_every_claim boolean not null
    generated always as ((settings ->> 'workers_fence_every_claim')::boolean) stored,
  beat_every_ms jobflip.length_ms not null
    generated always as ((settings ->> 'beat_every_ms')::numeric::bigint) stored
    check (beat_every_ms > 0),
  call_deadline_ms jobflip.length_ms not null
    generated always as ((settings ->> 'call_deadline_ms')::numeric::bigint) stored
    check (call_deadline_ms > 0),
  lease_ms jobflip.length_ms not null
    generated always as ((settings ->> 'lease_ms')::numeric::bigint) stored
    check (lease_ms > 0),
  graceful_stop_ms jobflip.length_ms not null
    generated always as ((settings ->> 'graceful_stop_ms')::numeric::bigint) stored,
  kill_to_empty_ms jobflip.length_ms not null
    generated always as ((settings ->> 'kill_to_empty_ms')::numeric::bigint) stored,
  takeover_after_ms jobflip.length_ms not null
    generated always as ((settings ->> 'takeover_after_ms')::numeric::bigint) stored,
  freeze_ms jobflip.length_ms not null
    generated always as ((settings ->> 'freeze_ms')::numeric::bigint) stored,
  clock_rate_bound numeric not null
    generated always as ((settings ->> 'clock_rate_bound')::numeric) stored
    check (clock_rate_bound >= 0 and clock_rate_bound < 1),
  drain_timeout_ms jobflip.length_ms not null
    generated always as ((settings ->> 'drain_timeout_ms')::numeric::bigint) stored,
  stalled_drain_timeout_ms jobflip.length_ms not null
    generated always as ((settings ->> 'stalled_drain_timeout_ms')::numeric::bigint) stored,
  start_timeout_ms jobflip.length_ms not null
    generated always as ((settings ->> 'start_timeout_ms')::numeric::bigint) stored
    check (start_timeout_ms > 0),
  verify_timeout_ms jobflip.length_ms not null
    generated always as ((settings ->> 'verify_timeout_ms')::numeric::bigint) stored
    check (verify_timeout_ms > 0),
  cooldown_ms jobflip.length_ms not null
    generated always as ((settings ->> 'cooldown_ms')::numeric::bigint) stored,
  cooldown_max_ms jobflip.length_ms not null
    generated always as ((settings ->> 'cooldown_max_ms')::numeric::bigint) stored
    check (cooldown_max_ms >= cooldown_ms),
  -- whoever goes on without a lease must be fenced; deciding has no fence
  constraint keep_needs_the_fence
    check (when_store_lost = 'stop' or (workers_fence_every_claim and kind = 'workers')),
  -- S1 depends on these inequalities, so no call of apply() can violate them
  constraint takeover_outlasts_lease
    check (takeover_after_ms * (1 - clock_rate_bound) >= lease_ms * (1 + clock_rate_bound)),
  constraint freeze_outlasts_takeover
    check (freeze_ms >= takeover_after_ms * (1 + clock_rate_bound)),
  -- the timings in effect until timings_changed_at; the longer ones still count for a while
  timings_changed_at timestamptz,
  previous_takeover_after_ms jobflip.length_ms,
  previous_freeze_ms jobflip.length_ms,
  paused_until timestamptz,
  pause_reason text not null default '',
  pause_actor text not null default '',
  cooldown_until timestamptz,
  cooldown_level integer not null default 0,
  cooldown_flip bigint,
  open_flip bigint
);

create table jobflip_data.pool_candidate (
  node text not null references jobflip_data.node (name),
  pool text not null references jobflip_data.pool (name),
  priority integer not null check (priority between -1000000 and 1000000),
  primary key (node, pool)
);
create index pool_candidate_by_pool on jobflip_data.pool_candidate (pool);

create table jobflip_data.queue (
  pool text not null references jobflip_data.pool (name),
  name jobflip.plain_name not null,
  settings jobflip.settings_document not null,
  place integer not null generated always as ((settings ->> 'place')::numeric::integer) stored,
  -- control characters are nothing that a query needs, and disturb whoever prints it
  constraint query_is_plain check (coalesce(jsonb_typeof(settings -> 'query') = 'string'
    and settings ->> 'query' !~ '[\x01-\x08\x0b\x0c\x0e-\x1f]'
    and octet_length(settings ->> 'query') <= 65536, false)),
  constraint database_is_short check (coalesce(jsonb_typeof(settings -> 'database') = 'string'
    and octet_length(settings ->> 'database') <= 255, false)),
  constraint done_is_known check (settings ->> 'done' in ('window', 'table', 'queue')),
  primary key (pool, name)
);

-- The last version of a pool's settings. Outlives the pool, because an agent may still have it.
create table jobflip_data.settings_number (
  pool text primary key,
  last bigint not null
);

create table jobflip_data.budget (
  one boolean primary key default true check (one),
  flips integer not null check (flips between 0 and 1000000),
  window_ms jobflip.length_ms not null
);
insert into jobflip_data.budget (flips, window_ms) values (3, 3600000);

-- The lease --------------------------------------------------------------------------------------

-- Only takes and releases change a row. fence() share-locks it until the worker's transaction ends,
-- so this table has no column whose writer must not wait for a worker. A row outlives its pool:
-- epochs never start again.
create table jobflip_data.pool_owner (
  pool text primary key,
  -- far enough from the end of the numbers for any sum; lower_epochs() is the repair
  epoch bigint not null default 0 check (epoch between 0 and 4000000000000000000),
  state text not null default 'released' check (state in ('released', 'held')),
  holder text,
  taken_at timestamptz,
  changed_at timestamptz,
  take_attempt uuid,
  release_attempt uuid,
  gate regclass not null,                   -- its own sequence: see fence
  instance uuid,                            -- of the agent that took it
  -- the server's start when this row was last written; an older row may be out of date
  life timestamptz not null default pg_postmaster_start_time()
) with (fillfactor = 50);

-- Every new epoch is above this base. It is raised whenever history may have been lost, and after
-- each start of the server, before the next take (begin_epochs).
create table jobflip_data.epoch_base (
  one boolean primary key default true check (one),
  epoch bigint not null
);

-- One row per node, written by each beat. The columns that change come first, next to each other,
-- which keeps the WAL of a beat small. The key is the only index, and each page has free space, so
-- that updates are HOT. There is no check constraint and no trigger: each would run with every beat
-- and cost a quarter of its time. beat() and the check of renew_unchanged bound what a login can
-- write.
create table jobflip_data.node_beat (
  beat bigint not null default 0,
  beat_at timestamptz,
  full_beat_number bigint not null default 0,     -- 0: the next beat must be a full one
  life timestamptz not null default '-infinity',  -- the server's start, at the last full beat
  renewals_beat bigint not null default 0,   -- the beat at which the renewals last changed
  renewals_since timestamptz,
  drained boolean not null default false,
  node text primary key,
  login text not null,
  instance uuid,
  renewals text[] not null default '{}',     -- 'pool:epoch'
  seen text[] not null default '{}',        -- 'pool:epoch': the highest epochs that it has seen
  ready text[] not null default '{}',
  not_ready_reason text not null default '',
  pools text[] not null default '{}',       -- pools of which it is a candidate
  program text not null default '',         -- the version of its agent; '': not reported
  crashing text[] not null default '{}',    -- 'pool:ends:reason' of each crash loop
  -- When a crash loop was last recorded. Not null, as all columns of a holder's row: a single null
  -- adds a bitmap to each beat's WAL record (8 of 125 bytes, measured)
  crashes_recorded_at timestamptz not null default '-infinity'
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Unlogged: everything that may lose committed history (a crash, a killed backend, a promotion)
-- empties it, and a clean restart keeps it. If it is empty, no node may take a pool until a freeze
-- has passed.
create unlogged table jobflip_data.incarnation (
  one boolean primary key default true check (one),
  id uuid not null,
  seen_at timestamptz not null,
  system_identifier text not null,
  timeline text not null,
  life timestamptz not null,   -- the server's start when the marker was last checked
  lost_in timestamptz,         -- the server's start when the loss was found
  set_back text not null default ''  -- what showed that the store was set back; '': nothing
);

-- Which database of which cluster is the store. Logged, so that a dump contains it: in a copy it
-- names another database, and the copy grants no take until an operator accepts it as the store.
create table jobflip_data.home (
  one boolean primary key default true check (one),
  system text not null,
  since timestamptz not null
);

-- The sessions that a login ends because they block a lease or a beat. A row is committed before
-- the session is ended (end_session), so that none is ended without a record.
create table jobflip_data.session_ending (
  pid integer not null,
  backend_start timestamptz not null,
  login text not null,
  pool text,
  node text not null,
  who text not null,
  at timestamptz not null default clock_timestamp(),
  announced_in xid8 not null default pg_current_xact_id(),
  ended boolean not null default false,
  recorded boolean not null default false,  -- an audit event names it
  primary key (pid, backend_start, login)
);
create index session_ending_open on jobflip_data.session_ending (pool) where not recorded;

-- Flips -------------------------------------------------------------------------------------------

create table jobflip_data.flip_transition (
  from_state text not null,
  event text not null,
  to_state text not null,
  sentence text not null,
  primary key (from_state, event)
);
-- The rows of core::kFlipTable (include/jobflip/core/flip.hpp); a test compares the two.
insert into jobflip_data.flip_transition (from_state, event, to_state, sentence) values
  ('requested', 'drain_begun', 'draining',
   'the old node stops its workers'),
  ('requested', 'released', 'released',
   'the old node''s workers are gone; it gave up the lease'),
  ('requested', 'lease_expired', 'expired',
   'the old node was silent until its lease ran out'),
  ('requested', 'taken', 'taken',
   'the new node took a lease that no node held'),
  ('requested', 'overdue', 'failed',
   'the old node did not begin to drain in time'),
  ('requested', 'abort', 'aborted',
   'aborted by an operator before the drain'),
  ('requested', 'superseded', 'failed',
   'another node took the lease first'),
  ('draining', 'released', 'released',
   'the old node''s workers are gone; it gave up the lease'),
  ('draining', 'lease_expired', 'expired',
   'the old node went silent during the drain and its lease ran out'),
  ('draining', 'overdue', 'failed',
   'the old node''s workers did not stop in time'),
  ('draining', 'abort', 'aborted',
   'aborted by an operator during the drain; the old node keeps the pool'),
  ('draining', 'superseded', 'failed',
   'another node took the lease first'),
  ('released', 'taken', 'taken',
   'the new node took the lease'),
  ('released', 'overdue', 'failed',
   'the new node did not take the lease in time; any candidate may'),
  ('released', 'superseded', 'failed',
   'another node took the lease first'),
  ('expired', 'taken', 'taken',
   'the new node took the lease'),
  ('taken', 'taken', 'taken',
   'the new node took the lease again before its workers ran'),
  ('taken', 'started', 'started',
   'the new node''s workers run'),
  ('taken', 'start_failed', 'failed',
   'the new node''s workers did not start; it gave the lease back'),
  ('taken', 'overdue', 'failed',
   'the new node''s workers did not start in time'),
  ('taken', 'superseded', 'failed',
   'the new node lost the lease before its workers ran'),
  ('started', 'taken', 'taken',
   'the new node took the lease again and restarts its workers'),
  ('started', 'completed', 'verified',
   'a job completed on the new node'),
  ('started', 'not_cured', 'ineffective',
   'no job completed on the new node in time'),
  ('started', 'nobody_looked', 'unverified',
   'nothing showed whether jobs complete on the new node'),
  ('started', 'superseded', 'unverified',
   'the new node lost the lease before a job completed');

create table jobflip_data.flip_number (
  one boolean primary key default true check (one),
  last bigint not null
);
insert into jobflip_data.flip_number (last) values (0);

create table jobflip_data.flip (
  id bigint primary key,
  request uuid not null unique,
  pool text not null,
  state text not null,
  from_node text,
  to_node text not null,
  automatic boolean not null,
  host_is_off boolean not null,
  stalled boolean not null,
  drain_timeout_ms bigint not null,
  login text not null,
  actor text not null,
  reason text not null,
  evidence text not null,
  from_epoch bigint not null,
  epoch bigint,
  requested_at timestamptz not null,
  drained_at timestamptz,
  released_at timestamptz,
  taken_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  state_since timestamptz not null,
  deadline timestamptz not null,
  last_sentence text not null
);
create unique index flip_one_open on jobflip_data.flip (pool) where ended_at is null;
create index flip_by_request on jobflip_data.flip (requested_at);

create table jobflip_data.flip_step (
  flip bigint not null,  -- no foreign key: the writer of a step has locked the flip's row
  seq integer not null,
  at timestamptz not null,
  event text not null,
  state text not null,
  node text not null,
  login text not null,
  sentence text not null,
  primary key (flip, seq)
);

-- The black boxes of hosts, for the newest 200 flips by stall of each pool.
create table jobflip_data.flip_black_box (
  flip bigint not null,
  node text not null,
  pool text not null,
  kept_at timestamptz not null,
  sha256 text not null,
  document text not null check (octet_length(document) <= 262144),
  primary key (flip, node)
);

-- The answers to requests, with refusals: a repeated request gets the same answer.
create table jobflip_data.flip_request (
  request uuid primary key,
  pool text not null,
  login text not null,
  at timestamptz not null,
  accepted boolean not null,
  flip bigint,
  rule text not null,
  sentence text not null
);
create index flip_request_refused on jobflip_data.flip_request (login, at) where not accepted;

-- How many refusals and holds of a login were recorded in the current minute, and how many more
-- were only counted (may_record).
create table jobflip_data.refusal_count (
  login text not null,
  kind text not null,
  since timestamptz not null,
  recorded integer not null,
  passed_over bigint not null default 0,
  primary key (login, kind)
);

-- The last published verdict of each queue.
create table jobflip_data.queue_verdict (
  pool text not null,
  queue text not null,
  verdict text not null,
  reason text not null,
  verdict_since timestamptz not null,
  published_at timestamptz not null,
  sample text,
  primary key (pool, queue)
) with (fillfactor = 50);

-- The audit log -----------------------------------------------------------------------------------

create table jobflip_data.audit_head (
  chain text primary key,
  seq bigint not null check (seq >= 0),
  hash bytea not null
) with (fillfactor = 50);

create table jobflip_data.audit_event (
  chain text not null,
  seq bigint not null check (seq > 0),
  at timestamptz not null,
  kind text not null,
  node text,
  flip bigint,
  epoch bigint,
  login text not null,
  actor text,
  reason text not null,
  payload text not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (chain, seq)
);
create index audit_event_by_flip on jobflip_data.audit_event (flip) where flip is not null;
create index audit_event_in_history on jobflip_data.audit_event (at)
  where kind in ('takeover', 'hold', 'flip_refused') or kind = 'lease_taken' and flip is null;

-- A new store has lost no history, and its epochs begin above the clock in microseconds.
insert into jobflip_data.home (system, since)
select c.system_identifier::text || '/' || d.oid::text, clock_timestamp()
from pg_control_system() c, pg_database d where d.datname = current_database();
insert into jobflip_data.incarnation (id, seen_at, system_identifier, timeline, life)
select gen_random_uuid(), '-infinity', h.system,
       substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), pg_postmaster_start_time()
from jobflip_data.home h;
insert into jobflip_data.epoch_base (epoch)
select (extract(epoch from clock_timestamp()) * 1000000)::bigint + floor(random() * 500000)::bigint;

revoke all on all tables in schema jobflip_data from public;
reset role;

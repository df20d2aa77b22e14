# shellcheck shell=bash
# The judge: the checker of tests/faults compares the workers' own evidence with the store's
# tables.

export_history() { # export_history FOLDER HOST: the store's tables, in one snapshot
  mkdir -p "$1"
  PGCONNECT_TIMEOUT=5 psql -X -q -v ON_ERROR_STOP=1 -h "$(address "$2")" -U postgres -d jobflip <<SQL
begin isolation level repeatable read;
\pset format unaligned
\pset fieldsep '\t'
\pset tuples_only on
\o $1/commits.tsv
select serial, epoch, node from app.done order by serial;
\o $1/events.tsv
select chain, seq, kind, coalesce(node, ''), coalesce(flip, 0), coalesce(epoch, 0),
       encode(hash, 'hex'), coalesce(payload::json->>'to_state', ''),
       coalesce(payload::json->>'request', '') from jobflip_data.audit_event order by chain, seq;
\o $1/flips.tsv
select id, state, (ended_at is not null)::int from jobflip_data.flip where pool = 'mail' order by id;
\o $1/steps.tsv
select flip, seq, state from jobflip_data.flip_step order by flip, seq;
\o $1/requests.tsv
select request, accepted::int, coalesce(flip, 0) from jobflip_data.flip_request;
\o $1/items.tsv
select id, coalesce(done_serial, 0) from app.item order by id;
\o $1/owner.tsv
select epoch from jobflip_data.pool_owner where pool = 'mail';
commit;
SQL
}

stop_work() { # no new items; waits until the existing ones are done
  kill "$(cat "$HOSTS_STATE/producer")" 2>/dev/null || true
  until_true 90 "the last items to be done" \
    "select not exists (select from app.item where done_serial is null)"
  until_true 30 "the last flip to end" \
    "select not exists (select from jobflip_data.flip where ended_at is null)"
}

judge() {
  stop_work
  local node
  for node in job1 job2 job3; do inside "$node" systemctl stop --no-block jobflip-agent; done
  until_true 60 "nobody to hold the pool" "select state <> 'held' from jobflip_data.pool_owner where pool = 'mail'"
  export_history "$HOSTS_EVIDENCE/branch-1" "$(store_host)"
  verb audit verify
  "$HOSTS_BUILD/tests/fault_campaign" --judge "$HOSTS_EVIDENCE" | grep -v '^$' | sed 's/^/  /'
}

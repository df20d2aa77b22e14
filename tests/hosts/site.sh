# shellcheck shell=bash
# The site: a store, job servers with an agent and a worker's unit each, supervisors on two of
# them. The worker is that of the fault tests: its files are the evidence that the judge trusts.

# The sums of docs/safety.md, for these timings: 3.8 >= 3 * 1.1 / 0.9 = 3.67; 4.5 >= 3.8 * 1.1 =
# 4.18;
# 3 >= 0.4 + 0.3 + 0.5 + 0.4 + 2 * 0.5 = 2.6.
timings() {
  cat <<'TIMINGS'
beat_every = "400ms"
call_deadline = "500ms"
lease = "3s"
graceful_stop = "400ms"
kill_to_empty = "300ms"
guard_margin = "500ms"
takeover_after = "3800ms"
freeze = "4500ms"
TIMINGS
}

# Two pools: `mail`, whose workers leave evidence, and `still`, whose worker only sleeps.
pool_file() {
  cat <<POOLS
[budget]
flips = 1000
window = "1h"
[supervisor_timings]
$(timings)
$(printf '[[node]]\nname = "%s"\n' job1 job2 job3)
$(printf '[[supervisor]]\nname = "%s"\n' sup1 sup2)

[[pool]]
name = "mail"
candidates = ["job1", "job2", "job3"]
drain_timeout = "1s"
stalled_drain_timeout = "200ms"
start_timeout = "5s"
verify_timeout = "3s"
hold_down = "0s"
cooldown = "1s"
cooldown_max = "4s"
[pool.timings]
$(timings)
[[pool.queue]]
name = "items"
database = "app"
query = """
select 'items' as queue, count(*) as runnable,
       extract(epoch from max(clock_timestamp() - made_at))::float8 as oldest_runnable_s,
       0 as unpromoted, 0 as running, null::float8 as oldest_running_s,
       coalesce((select max(serial) from app.done), 0) as done,
       null::timestamptz as last_done_at, 0 as failed, null::boolean as paused
  from app.item where done_serial is null
"""
done = "queue"
sample_every = "250ms"
stall_after = "2s"
enter_after = 2

[[pool]]
name = "still"
candidates = ["job1", "job2", "job3"]
drain_timeout = "1s"
start_timeout = "5s"
verify_timeout = "1s"
[pool.timings]
$(timings)
POOLS
}

install_program() { # install_program HOST [PACKAGE]: faster than apt, which install_page uses
  cp "${2:-$HOSTS_PACKAGE}" "$(root_of "$1")/root/jobflip.deb"
  inside "$1" dpkg --no-triggers -i /root/jobflip.deb >"$HOSTS_STATE/dpkg-$1.log" 2>&1 ||
    { cat "$HOSTS_STATE/dpkg-$1.log" && wrong "the package can't be installed"; }
}

make_store() { # make_store HOST: PostgreSQL, the schema, the logins, the workers' tables
  local root
  root=$(root_of "$1")
  echo "listen_addresses = '*'" >"$root/etc/postgresql/$HOSTS_PG/main/conf.d/site.conf"
  echo "host all all $HOSTS_NET.0/24 trust" >>"$root/etc/postgresql/$HOSTS_PG/main/pg_hba.conf"
  inside "$1" systemctl start "postgresql@$HOSTS_PG-main"
  inside "$1" runuser -u postgres -- createdb jobflip
  inside "$1" runuser -u postgres -- jobflip init --store "host=/var/run/postgresql dbname=jobflip" --yes \
    >/dev/null
  ask "$(logins)" >/dev/null
  ask "$(workers_tables)" >/dev/null
}

logins() {
  local name
  for name in job1 job2 job3; do echo "create role $name login in role jobflip_agent;"; done
  for name in sup1 sup2; do echo "create role $name login in role jobflip_supervisor;"; done
  echo "create role ops login in role jobflip_operator; create role probe login;"
  echo "create role worker login in role jobflip_worker;"
}

workers_tables() { # the tables that the judge needs: the text inside a C++ string literal
  sed '1d;$d' "$HOSTS_HERE/../faults/workers_tables.sql.inc"
}

# The workers' units as they were before jobflip: enabled, and restarted by systemd.
write_units() { # write_units NODE
  local root
  root=$(root_of "$1")
  install -m 755 "$HOSTS_BUILD/tests/fault_worker" "$root/usr/local/bin/mail-worker"
  cat >"$root/etc/systemd/system/mail-worker.service" <<UNIT
[Unit]
Description=sends the mail
[Service]
User=daemon
ExecStart=/usr/local/bin/mail-worker /var/lib/mail-worker "$(conninfo worker)"
Restart=always
[Install]
WantedBy=multi-user.target
UNIT
  still_worker "$1" 'exec sleep infinity'
  cat >"$root/usr/lib/systemd/system/still-worker.service" <<'UNIT'
[Service]
ExecStart=/usr/local/bin/still-worker
UNIT
  inside "$1" systemctl enable --quiet mail-worker.service
}

still_worker() { # still_worker NODE SCRIPT: sets what the worker of the pool `still` does there
  local at
  at=$(root_of "$1")/usr/local/bin/still-worker
  printf '#!/bin/bash\n%s\n' "$2" >"$at.new"
  chmod 755 "$at.new"
  mv "$at.new" "$at"
}

conninfo() { echo "host=$(store_host) dbname=jobflip user=$1"; } # conninfo LOGIN

adopt_units() { # adopt_units NODE: puts the guard between systemd and the worker
  local pool
  for pool in mail still; do
    inside "$1" jobflip adopt "$pool-worker.service" --pool "$pool" --watchdog 900ms --yes \
      >"$HOSTS_STATE/adopt-$1.log" 2>&1 || { cat "$HOSTS_STATE/adopt-$1.log" && wrong "adopt failed"; }
  done
}

write_agent_file() { # write_agent_file NODE [NAME]
  cat >"$(root_of "$1")/etc/jobflip/agent.toml" <<TOML
node = "${2:-$1}"
[store]
conninfo = "$(conninfo "${2:-$1}")"
[workers.mail]
driver = "systemd"
unit = "mail-worker.service"
[workers.still]
driver = "systemd"
unit = "still-worker.service"
TOML
}

make_node() { # make_node NODE
  install_program "$1"
  write_units "$1"
  write_agent_file "$1"
  adopt_units "$1"
  inside "$1" systemctl enable --quiet --now jobflip-agent
}

kill_agent() { # kill_agent NODE: returns when its successor sends beats
  local agent beat
  agent=$(main_pid "$1" jobflip-agent)
  inside "$1" kill -KILL "$agent"
  until_done 10 "a new agent" eval "is_state $1 jobflip-agent active &&
    [[ \$(main_pid $1 jobflip-agent) != $agent ]]"
  beat=$(ask "select beat from jobflip_data.node_beat where node = '$1'")
  until_true 10 "its beat" "select beat > $beat from jobflip_data.node_beat where node = '$1'"
}

make_supervisor() { # make_supervisor HOST NAME
  cat >"$(root_of "$1")/etc/jobflip/supervisor.toml" <<TOML
supervisor = "$2"
[store]
conninfo = "$(conninfo "$2")"
[databases.app]
conninfo = "$(conninfo probe)"
TOML
  inside "$1" systemctl enable --quiet --now jobflip-supervisor
}

verb() { # verb WORDS...: runs jobflip as the operator, from this machine
  JOBFLIP_STORE="host=$(address "$(store_host)") dbname=jobflip user=ops" "$HOSTS_BUILD/jobflip" "$@"
}

make_site() {
  local node made=()
  boot db1 job1 job2 job3
  install_program db1
  make_store db1
  pool_file >"$HOSTS_STATE/pools.toml"
  verb apply "$HOSTS_STATE/pools.toml" --reason "the test" >/dev/null 2>&1
  for node in job1 job2 job3; do make_node "$node" & made+=($!); done
  for node in "${made[@]}"; do wait "$node"; done
  make_supervisor job1 sup1
  make_supervisor job2 sup2
  start_producer
}

start_producer() { # keeps items waiting for the workers all the time
  ask "insert into app.item select from generate_series(1, 200)" >/dev/null
  while sleep 1; do
    ask "insert into app.item select from generate_series(1, greatest(0, 200 - (
           select count(*) from app.item where done_serial is null)))" >/dev/null 2>&1 || true
  done 9>&- &
  echo $! >"$HOSTS_STATE/producer"
  disown
}

is_healthy() { # one holder whose workers commit, every node ready, no flip open
  [[ $(ask "select o.state = 'held' and p.open_flip is null
                   and exists (select from app.done d where d.epoch = o.epoch)
                   and (select count(*) = 3 from jobflip_data.node_beat where beat_at >
                        clock_timestamp() - interval '1.5 s' and node in ('job1', 'job2', 'job3')
                        and (node = o.holder or 'mail' = any (ready)))
              from jobflip_data.pool_owner o join jobflip_data.pool p on p.name = o.pool
             where o.pool = 'mail'") == t ]]
}

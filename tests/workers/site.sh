# shellcheck shell=bash disable=SC2153
# The site of one system: a private PostgreSQL on a unix socket, an SMTP server on loopback, two
# agents whose command is the worker, and a supervisor. All of it is in $SITE, and all of its
# processes have WORKERS_RUN=$SITE in their environment.

CONCURRENCY=8
NODES=(job1 job2)

timings() { # the sums of docs/safety.md: 5 >= 0.5 + 0.5 + 0.5 + 1 + 2 * 1; 6.5 >= 5 * 1.1 / 0.9
  cat <<'TIMINGS'
beat_every = "500ms"
call_deadline = "1s"
lease = "5s"
graceful_stop = "500ms"
kill_to_empty = "500ms"
guard_margin = "500ms"
takeover_after = "6500ms"
freeze = "7500ms"
TIMINGS
}

pool_file() {
  cat <<POOL
[budget]
flips = 1000
window = "1h"
[supervisor_timings]
$(timings)
$(printf '[[node]]\nname = "%s"\n' "${NODES[@]}")
[[supervisor]]
name = "sup1"

[[pool]]
name = "mail"
candidates = ["job1", "job2"]
drain_timeout = "10s"
stalled_drain_timeout = "1s"
start_timeout = "30s"
verify_timeout = "60s"
hold_down = "1s"
cooldown = "5m"
cooldown_max = "10m"
[pool.timings]
$(timings)
[[pool.queue]]
name = "email"
database = "app"
preset = "$PRESET"
stall_after = "$STALL_AFTER"
sample_every = "500ms"
job_timeout = "8s"
POOL
}

agent_file() { # agent_file NODE
  cat <<AGENT
node = "$1"
runtime_dir = "$SITE/run/$1"
[store]
conninfo = "$(conninfo "$1")"
[workers.mail]
driver = "command"
command = ["/bin/sh", "-c", '$(worker_command)']
output = "$SITE/logs/worker-$1"
$( ((EUID != 0)) || echo 'user = "root"')
[workers.mail.environment]
$(worker_environment | sed 's/=\(.*\)/ = "\1"/')
AGENT
}

supervisor_file() {
  cat <<SUPERVISOR
supervisor = "sup1"
runtime_dir = "$SITE/run/sup1"
[store]
conninfo = "$(conninfo sup1)"
[databases.app]
conninfo = "$(conninfo probe)"
SUPERVISOR
}

# As docs/presets.md says, pool and epoch are in each session of the worker, for the trigger.
worker_command() {
  printf 'test ! -e %s/switches/crash && ' "$SITE" # that file is a fault
  # shellcheck disable=SC2016  # for the worker's shell
  printf 'exec env PGOPTIONS="-c app.pool=$JOBFLIP_POOL -c app.epoch=$JOBFLIP_EPOCH" %s %s work' \
    "$NODE" "$MODULES/$SYSTEM_FILE"
}
worker_environment() {
  printf '%s\n' "PGHOST=$SITE/db" PGDATABASE=app PGUSER=mailer "SMTP_PORT=$SMTP_PORT" \
    "SWITCHES=$SITE/switches" "CONCURRENCY=$CONCURRENCY" RENDER_MS=300 "WORKERS_RUN=$SITE"
}

conninfo() { echo "host=$SITE/db user=$1 dbname=app"; } # conninfo LOGIN

# run NAME COMMAND...: in the background; its log and its pid are in files of that name
run() {
  local name=$1
  shift
  WORKERS_RUN=$SITE "$@" </dev/null >>"$SITE/logs/$name" 2>&1 &
  echo $! >"$SITE/pids/$name"
}
stop() { # stop NAME SIGNAL SECONDS: killed if it has not ended by then
  local pid
  pid=$(cat "$SITE/pids/$1" 2>/dev/null) || return 0
  kill "-$2" "$pid" 2>/dev/null || true
  until_done "$3" "$1 to end" eval "! is_alive $1" || kill -KILL "$pid"
  rm "$SITE/pids/$1"
}
is_alive() { # is_alive NAME
  local state
  state=$(ps -o stat= -p "$(cat "$SITE/pids/$1")") && [[ $state != Z* ]]
}

ACCOUNT=() # PostgreSQL and smtp-sink refuse to run as root
if ((EUID == 0)); then ACCOUNT=(setpriv --reuid=postgres --regid=postgres --init-groups); fi

start_postgres() {
  local folder
  folder=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)
  "${ACCOUNT[@]}" env -C "$SITE/db" "$folder/initdb" -D "$SITE/db/data" -U postgres -A trust -E UTF8 \
    --locale=C --no-sync --no-instructions >"$SITE/logs/initdb" 2>&1
  run postgres "${ACCOUNT[@]}" env -C "$SITE/db" "$folder/postgres" -D "$SITE/db/data" \
    -c listen_addresses= -c "unix_socket_directories=$SITE/db" -c fsync=off -c max_connections=100
  until_done 60 "PostgreSQL" psql -X -q -h "$SITE/db" -U postgres -d postgres -c 'select 1'
}

answers_smtp() { (: <"/dev/tcp/127.0.0.1/$SMTP_PORT") 2>/dev/null; }
start_smtp() { # on the port that it had before, if there is one
  local try
  for try in {1..20}; do
    SMTP_PORT=${SMTP_PORT:-$((20000 + RANDOM % 10000))}
    run smtp "${ACCOUNT[@]}" env -C "$SITE/mail" smtp-sink -d mail. "127.0.0.1:$SMTP_PORT" 100
    # if another program has the port, smtp-sink ends
    until_done 20 "the SMTP server" eval "answers_smtp || ! is_alive smtp"
    if is_alive smtp && answers_smtp; then return; fi
    SMTP_PORT=
  done
  wrong "the SMTP server does not start: tried $try ports"
}
stop_smtp() { stop smtp TERM 10; }

fence_sql() { # the function and the trigger of docs/presets.md
  cat <<SQL
create function app_fence() returns trigger language plpgsql as \$\$
begin
  -- a session without an epoch is not a worker: it may add jobs
  if coalesce(current_setting('app.epoch', true), '') <> '' then
    perform jobflip.fence(current_setting('app.pool'), current_setting('app.epoch')::bigint);
  end if;
  return null;
end \$\$;
create trigger fence before update or delete on $FENCED_TABLE
  for each statement execute function app_fence();
SQL
}

# Every change of a verdict, in its order: nothing that was said in between is lost.
watch_sql() {
  cat <<'SQL'
create schema seen;
create table seen.verdict (id bigint generated always as identity, verdict text, reason text);
create function seen.keep() returns trigger language plpgsql security definer as $$
begin
  insert into seen.verdict (verdict, reason) values (new.verdict, new.reason);
  return null;
end $$;
create trigger keep_new after insert on jobflip_data.queue_verdict
  for each row execute function seen.keep();
create trigger keep_changed after update on jobflip_data.queue_verdict
  for each row when (old.verdict <> new.verdict) execute function seen.keep();
SQL
}

worker_file() { # worker_file COMMAND...: the system's own file, without a lease
  (
    while read -r line; do export "${line?}"; done < <(worker_environment)
    cd "$SITE" && exec "$NODE" "$MODULES/$SYSTEM_FILE" "$@"
  )
}

make_site() { # make_site SYSTEM
  # shellcheck source=/dev/null
  source "$HERE/systems/$1.sh"
  SITE=$(mktemp -d "${TMPDIR:-/tmp}/jobflip-workers-XXXXXX")
  SMTP_PORT=
  mkdir "$SITE"/{db,mail,logs,run,pids,switches}
  chmod 755 "$SITE"
  if ((EUID == 0)); then chown postgres: "$SITE/db" "$SITE/mail"; fi
  start_postgres
  start_smtp
  psql -X -q -h "$SITE/db" -U postgres -d postgres -c 'create database app'
  JOBFLIP_STORE=$(conninfo postgres) "$PROGRAMS/jobflip" init --yes >"$SITE/logs/init"
  ask "create role job1 login in role jobflip_agent; create role job2 login in role jobflip_agent;
    create role sup1 login in role jobflip_supervisor; create role probe login;
    create role mailer login in role jobflip_worker; create role ops login in role jobflip_operator;
    create schema $SCHEMA authorization mailer; grant create on database app to mailer" >/dev/null
  worker_file install
  ask "$PROBE_RIGHTS; $(fence_sql); $(watch_sql)" >/dev/null
  pool_file >"$SITE/pool.toml"
  verb apply "$SITE/pool.toml" >"$SITE/logs/apply"
  supervisor_file >"$SITE/sup1.toml"
  run sup1 "$PROGRAMS/jobflip" supervisor --config "$SITE/sup1.toml"
  local node
  for node in "${NODES[@]}"; do
    agent_file "$node" >"$SITE/$node.toml"
    run "$node" "$PROGRAMS/jobflip" agent --config "$SITE/$node.toml"
  done
}

ours() { grep -lszxF "WORKERS_RUN=$SITE" /proc/[0-9]*/environ | cut -d/ -f3; }

end_site() {
  [[ -n ${SITE:-} && -d $SITE ]] || return 0
  local name pid left=()
  for name in sup1 "${NODES[@]}"; do kill -TERM "$(cat "$SITE/pids/$name" 2>/dev/null)" 2>/dev/null || true; done
  for name in sup1 "${NODES[@]}"; do stop "$name" TERM 20; done
  stop smtp TERM 10
  stop postgres INT 20
  while read -r pid; do
    left+=("$pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)")
    kill -KILL "$pid" 2>/dev/null || true
  done < <(ours)
  rm -rf --one-file-system "$SITE"
  SITE=
  if ((${#left[@]} > 0)); then
    printf '  WRONG: left behind, and killed: %s\n' "${left[@]}" >&2
    return 1
  fi
}

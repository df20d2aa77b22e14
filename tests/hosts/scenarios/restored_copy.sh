# shellcheck shell=bash
# A dump of the store is restored beside it, and an agent comes to the copy by a wrong connection string:
# it takes nothing there, however long, and the holder in the store goes on. A person's word makes the copy a
# store; only then does that agent take.
remember
active=$(holder still)
node=$(another "$active")
pg() { inside db1 runuser -u postgres -- "$@"; }
copy="host=$(address db1) dbname=copied user"
in_copy() { psql -X -q -A -t -d "host=$(address db1) dbname=copied user=postgres" -c "$1"; }
pg createdb copied
pg pg_dump -Fc -f /tmp/jobflip.dump jobflip
pg pg_restore -d copied /tmp/jobflip.dump

at=$(root_of "$node")/root/astray
mkdir -p "$at"
cat >"$at/agent.toml" <<TOML
node = "$node"
runtime_dir = "/root/astray/run"
[store]
conninfo = "$copy=$node"
[workers.still]
driver = "command"
command = ["/usr/bin/sleep", "infinity"]
user = "nobody"
TOML
inside "$node" systemd-run --quiet --unit=astray --property=KillMode=process \
  jobflip agent --config /root/astray/agent.toml
until_done 20 "the copy to be asked" eval "[[ \$(in_copy \"select beat_at > clock_timestamp() - interval '1 s'
  from jobflip_data.node_beat where node = '$node'\") == t ]]"
# its lease there stands still; what would have been taken was taken after takeover_after and freeze
until_done 40 "takeover_after and the freeze to pass" eval "[[ \$(in_copy \"select count(*) > 0 and bool_and(
  seen_at < clock_timestamp() - interval '12 s') from jobflip_data.incarnation where system_identifier =
  jobflip.system_of_store()\") == t ]]"
[[ $(in_copy "select holder from jobflip_data.pool_owner where pool = 'still'") == "$active" ]] ||
  wrong "the pool was taken in the copy"
JOBFLIP_STORE="$copy=ops" "$HOSTS_BUILD/jobflip" status >"$HOSTS_STATE/said"
must_say "A COPY of another store" "$HOSTS_STATE/said"
must_go_on

pg jobflip migrate --accept-copy --yes --store "host=/var/run/postgresql dbname=copied" >"$HOSTS_STATE/said"
must_say "this is the store from now on" "$HOSTS_STATE/said"
until_done 40 "$node to take where it may" eval "[[ \$(in_copy \"select holder from jobflip_data.pool_owner
  where pool = 'still' and state = 'held'\") == $node ]]"
inside "$node" systemctl stop astray
pg dropdb --force copied
must_go_on

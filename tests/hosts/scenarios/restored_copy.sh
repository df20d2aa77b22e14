# shellcheck shell=bash
# A dump of the store is restored next to it, and a wrong connection string leads an agent to the
# copy. It never takes anything there, and the holder in the store continues. An operator declares
# the copy to be a store; only then does that agent take.
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
# The lease in the copy has not changed. After takeover_after and freeze it could have been taken.
until_done 40 "takeover_after and the freeze to pass" eval "[[ \$(in_copy \"select count(*) > 0 and bool_and(
  seen_at < clock_timestamp() - interval '12 s') from jobflip_data.incarnation where system_identifier =
  jobflip.system_of_store()\") == t ]]"
[[ $(in_copy "select holder from jobflip_data.pool_owner where pool = 'still'") == "$active" ]] ||
  wrong "the pool was taken in the copy"
JOBFLIP_STORE="$copy=ops" "$HOSTS_BUILD/jobflip" status >"$HOSTS_STATE/output"
must_contain "A COPY of another store" "$HOSTS_STATE/output"
must_go_on

pg jobflip migrate --accept-copy --yes --store "host=/var/run/postgresql dbname=copied" >"$HOSTS_STATE/output"
must_contain "this is the store from now on" "$HOSTS_STATE/output"
until_done 40 "$node to take the lease" eval "[[ \$(in_copy \"select holder from jobflip_data.pool_owner
  where pool = 'still' and state = 'held'\") == $node ]]"
inside "$node" systemctl stop astray
pg dropdb --force copied
must_go_on

# shellcheck shell=bash
# The store's host is lost for good, and its standby is promoted: agents and workers find it
# through the connection string that names both. Commits wait for the standby, so none is lost. The
# holder continues if it gets there within its lease; otherwise no node takes anything during the
# freeze. (This is the last scenario, because the store is a different one afterwards.)
boot db2
root=$(root_of db2)
inside db1 runuser -u postgres -- psql -q -c "create role copier login replication"
echo "host replication copier $HOSTS_NET.0/24 trust" >>"$(root_of db1)/etc/postgresql/$HOSTS_PG/main/pg_hba.conf"
inside db1 systemctl reload "postgresql@$HOSTS_PG-main"
rm -rf "$root/var/lib/postgresql/$HOSTS_PG/main"
inside db2 runuser -u postgres -- pg_basebackup -d "host=db1 user=copier application_name=db2" -R -X stream \
  -c fast -D "/var/lib/postgresql/$HOSTS_PG/main"
cp "$(root_of db1)/etc/postgresql/$HOSTS_PG/main/conf.d/site.conf" "$root/etc/postgresql/$HOSTS_PG/main/conf.d/"
cp "$(root_of db1)/etc/postgresql/$HOSTS_PG/main/pg_hba.conf" "$root/etc/postgresql/$HOSTS_PG/main/"
inside db2 systemctl start "postgresql@$HOSTS_PG-main"
inside db1 runuser -u postgres -- psql -q -c "alter system set synchronous_standby_names = 'db2'" -c "select pg_reload_conf()" >/dev/null
until_true 30 "the standby to be synchronous" "select bool_or(sync_state = 'sync') from pg_stat_replication"

# What every file and unit contains from now on.
for node in job1 job2 job3; do
  sed -i "s,host=db1 dbname,host=db1\,db2 target_session_attrs=primary connect_timeout=1 dbname," \
    "$(root_of "$node")"/etc/jobflip/*.toml "$(root_of "$node")"/etc/systemd/system/mail-worker.service
  adopt_units "$node"
  inside "$node" systemctl restart jobflip-agent
  inside "$node" systemctl try-restart jobflip-supervisor
done
until_done 30 "the pool to be healthy" is_healthy
remember
at=$(boot_ns)
crash db1
inside db2 runuser -u postgres -- "/usr/lib/postgresql/$HOSTS_PG/bin/pg_ctl" -D "/var/lib/postgresql/$HOSTS_PG/main" promote -w >/dev/null
inside db2 runuser -u postgres -- psql -q -c "alter system reset synchronous_standby_names" -c "select pg_reload_conf()" >/dev/null
echo db2 >"$HOSTS_STATE/store-host"
serial=$(ask "select max(serial) from app.done")
until_true 60 "workers that commit at the new store" \
  "select o.state = 'held' and o.epoch >= $BEFORE and exists (
     select from app.done d where d.epoch = o.epoch and d.serial > $serial)
     from jobflip_data.pool_owner o where pool = 'mail'"
say "the store was promoted: commits again $(($(now_ms) - at / 1000000)) ms after its host was gone," \
  "$([[ $(epoch) == "$BEFORE" ]] && echo "under the same epoch" || echo "under a new epoch")"

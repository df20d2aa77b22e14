# shellcheck shell=bash
# Own hosts.
# docs/install.md, typed on fresh hosts exactly as written, from the package to the removal of a
# node. After each part, what the page promises must hold.
page=$HOSTS_HERE/../../docs/install.md
boot db1 job1 job2
for host in db1 job1 job2; do cp "$HOSTS_PACKAGE" "$(root_of "$host")/root/"; done
as_ada() { inside job1 env JOBFLIP_STORE="host=db1 dbname=jobflip user=ada" jobflip "$@"; }
sent_by() { ask "select count(*) from app.email where sent_by = '$1'"; }
all_ready() {
  until_true 60 "the agents and the workers" "select count(*) = 2 and bool_and('mail' = any (b.ready) or
      b.node = o.holder) from jobflip_data.node_beat b, jobflip_data.pool_owner o where o.pool = 'mail'
      and o.state = 'held' and b.node like 'job%' and b.beat_at > clock_timestamp() - interval '5 s'"
}

type_section "$page" "The package"
is_state job1 jobflip-agent active && wrong "installing the package started something"
type_section "$page" "The database"
# For this test's own queries.
sed -i "1i host all postgres $HOSTS_NET.1/32 trust" "$(root_of db1)/etc/postgresql/$HOSTS_PG/main/pg_hba.conf"
inside db1 systemctl reload "postgresql@$HOSTS_PG-main"
type_section "$page" "The pool"
type_section "$page" "The logins"
# The page leaves it to the reader how the files travel.
made=$(root_of db1)/var/lib/postgresql/logins
for host in job1 job2; do
  taken=$(root_of "$host")/root/logins
  mkdir -m 700 "$taken"
  cp -r "$made/$host" "$made/sup${host#job}" "$made/mailer" "$taken/"
done
cp -r "$made/ada" "$(root_of job1)/root/logins/"
password_of_job1=$(sed 's/.*://' "$made/job1/agent.pgpass")
rm -r "$made"
for part in "The worker" "The daemons"; do type_section "$page" "$part"; done
all_ready
from=$(holder)
type_section "$page" "Try it"
to=$(another "$from" job3)
until_true 30 "the flip to $to" "select holder = '$to' from jobflip_data.pool_owner where pool = 'mail'"
until_true 30 "20 mails" "select count(*) = 20 from app.email where sent_at is not null"
(($(sent_by "$to") > 0)) || wrong "$to sent nothing"
as_ada status >/dev/null
as_ada audit verify >/dev/null
type_section "$page" "Check the installation"

for host in job1 job2; do
  mkdir "$(root_of "$host")/root/upgrade"
  cp "$HOSTS_NEXT_PACKAGE" "$(root_of "$host")/root/upgrade/"
done
before=$(ask "select count(*) from jobflip_data.audit_event where kind in ('lease_taken', 'takeover') and chain = 'mail'")
type_section "$page" "A new version"
all_ready
inside job1 dpkg -s jobflip | grep -q '^Version: .*-2+deb' || wrong "job1 has the old package"
takes=$(ask "select count(*) - $before from jobflip_data.audit_event where kind in ('lease_taken', 'takeover') and chain = 'mail'")
((takes <= 2)) || wrong "the upgrade caused $takes takes"

# The page leaves it to the reader how keys travel: the CA's block first, then ours, then the rest.
sed -n '1,/^Then .ca.crt/p' "$page" >"$HOSTS_STATE/first.md"
sed -n '/^## Logins by certificate/p; /^Then .ca.crt/,$p' "$page" >"$HOSTS_STATE/second.md"
type_section "$HOSTS_STATE/first.md" "Logins by certificate"
for host in job1 job2; do
  tls=$(root_of "$host")/etc/jobflip/tls
  mkdir "$tls"
  cp "$(root_of db1)/root/ca/ca.crt" "$tls/"
  cp "$(root_of db1)/root/ca/$host.key" "$tls/node.key"
  cp "$(root_of db1)/root/ca/$host.crt" "$tls/node.crt"
  cp "$(root_of db1)/root/ca/sup${host#job}.key" "$tls/sup.key"
  cp "$(root_of db1)/root/ca/sup${host#job}.crt" "$tls/sup.crt"
done
# Below, the old password is refused over every kind of connection. Here it still works.
by_password() { # by_password SSLMODE
  inside job1 env PGPASSWORD="$password_of_job1" psql -qAt -d "host=db1 dbname=jobflip user=job1 sslmode=$1 sslcert=/none" \
    -c "select 1" >/dev/null 2>&1
}
by_password disable || wrong "the password must work before it is closed"
type_section "$HOSTS_STATE/second.md" "Logins by certificate"
for mode in disable prefer require; do
  by_password "$mode" && wrong "a password login of job1 is open, with sslmode=$mode"
done
[[ $(ask "select count(*) from pg_authid where rolname in ('job1', 'sup1') and rolpassword is null") == 2 ]] ||
  wrong "the daemons still have passwords"
inside job1 runuser -u jobflip -- test -r /etc/jobflip/supervisor.pgpass && wrong "the agent can read the supervisor's file"
inside job1 runuser -u jobflip-supervisor -- test -r /etc/jobflip/agent.toml && wrong "the supervisor can read the agent's"
all_ready
until_true 20 "encrypted connections with certificates" "select count(distinct usename) = 4 from
  pg_stat_activity a join pg_stat_ssl s using (pid) where s.client_dn = '/CN=' || usename"
until_true 30 "the queue to be read over an encrypted connection" "select count(*) > 0 and bool_and(s.ssl)
  from pg_stat_activity a join pg_stat_ssl s using (pid) where usename = 'probe'"
as_ada doctor --supervisor-config /etc/jobflip/supervisor.toml --format tsv >"$HOSTS_STATE/findings"
grep -q sslmode "$HOSTS_STATE/findings" && wrong "$(<"$HOSTS_STATE/findings")"

file=$(root_of job2)/etc/jobflip/agent.toml
tls=$(root_of job2)/etc/jobflip/tls
cp "$file" "$HOSTS_STATE/good.toml"
echo "$(address db1) db-of-somebody-else" >>"$(root_of job2)/etc/hosts"
sed -i 's,host=db1,host=db-of-somebody-else,' "$file"
inside job2 systemctl restart jobflip-agent
until_done 20 "the wrong host name to be refused" journal_says job2 jobflip-agent \
  'server certificate for "db1" does not match host name "db-of-somebody-else"'
cp "$HOSTS_STATE/good.toml" "$file"
cp "$tls/node.crt" "$HOSTS_STATE/good.crt"
inside db1 sh -c 'cd /root/ca && openssl x509 -req -in job2.csr -CA ca.crt -CAkey ca.key -days 0 \
  -copy_extensions copy -out late.crt 2>/dev/null'
sleep 1.1 # certificates count in seconds: from now on it has expired
cp "$(root_of db1)/root/ca/late.crt" "$tls/node.crt"
inside job2 systemctl restart jobflip-agent
until_done 20 "the expired certificate to be refused" \
  journal_says job2 jobflip-agent "certificate expired"
cp "$HOSTS_STATE/good.crt" "$tls/node.crt"
inside job2 systemctl restart jobflip-agent
all_ready
# The certificate of another login.
cp "$(root_of db1)/root/ca/sup1.crt" "$tls/sup.crt"
cp "$(root_of db1)/root/ca/sup1.key" "$tls/sup.key"
inside job2 sh -c 'chown jobflip-supervisor: /etc/jobflip/tls/sup.key && systemctl restart jobflip-supervisor'
until_done 20 "the other login's certificate to be refused" \
  journal_says job2 jobflip-supervisor 'certificate authentication failed for user "sup2"'

cp "$(root_of db1)/root/ca/sup2.crt" "$tls/sup.crt"
cp "$(root_of db1)/root/ca/sup2.key" "$tls/sup.key"
inside job2 chown jobflip-supervisor: /etc/jobflip/tls/sup.key
type_section "$page" "What the daemons may reach"
all_ready

type_section "$page" "A backup, and what it may be used for"
in_database() { inside db1 runuser -u postgres -- psql -XqAt -d "$1" -c "$2"; }
copied=$(in_database jobflip_copy "select epoch from jobflip_data.pool_owner where pool = 'mail'")
old=$(in_database jobflip_old "select epoch from jobflip_data.pool_owner where pool = 'mail'")
{ [[ -n $copied ]] && ((copied <= old)); } || wrong "the copy has epoch $copied, and the store had $old"
# The restored store runs under the old name, and must not give any epoch of the old one again.
until_true 90 "a take in the restored store" "select epoch > $old from jobflip_data.pool_owner where pool = 'mail'"
all_ready
as_ada doctor --format tsv >"$HOSTS_STATE/findings"
grep -Eq 'database-public|idle-in-transaction' "$HOSTS_STATE/findings" && wrong "$(<"$HOSTS_STATE/findings")"
say "the copy has epoch $copied, the old store had $old, the restored one continued with $(epoch)"

type_section "$page" "Taking a node out"
[[ $(holder) == job1 ]] || wrong "$(holder) holds the pool, although only job1 is left"
inside job2 sh -c 'test ! -e /usr/bin/jobflip && test ! -e /etc/jobflip' || wrong "something is left on job2"
inside job2 systemctl start mail-worker || wrong "the worker does not start without jobflip"

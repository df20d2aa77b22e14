# shellcheck shell=bash
# PostgreSQL is restarted, as by a package upgrade: no worker is disturbed.
remember
worker=$(worker_pid "$FROM")
inside "$(store_host)" systemctl restart "postgresql@$HOSTS_PG-main"
must_go_on
[[ $(worker_pid "$FROM") == "$worker" ]] || wrong "the worker was restarted"

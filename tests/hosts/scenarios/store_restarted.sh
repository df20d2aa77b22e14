# shellcheck shell=bash
# PostgreSQL is restarted as a package upgrade does it: no worker is disturbed.
remember
worker=$(worker_pid "$FROM")
inside "$(store_host)" systemctl restart "postgresql@$HOSTS_PG-main"
must_go_on
[[ $(worker_pid "$FROM") == "$worker" ]] || wrong "the worker was started again"

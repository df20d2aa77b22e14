# shellcheck shell=bash
# The agent of the active host hangs (SIGSTOP). If its watchdog ends it before its lease runs out,
# the next agent continues with the same workers. If the lease runs out first, the guard ends the
# workers in time, and this or another host works under a new epoch.
remember
timeouts() { inside "$FROM" journalctl --no-pager -q -u jobflip-agent | grep -cF "Watchdog timeout" || true; }
timed_out() { (($(timeouts) > $1)); } # timed_out COUNT: more often than that
freeze() { inside "$FROM" kill -STOP "$(main_pid "$FROM" jobflip-agent)"; }
works_on() { # works_on EPOCH: workers commit again under this epoch or a later one
  local had
  had=$(ask "select count(*) from app.done where epoch >= $1")
  until_true 20 "workers to commit" "select count(*) > $had from app.done d
    join jobflip_data.pool_owner o on o.pool = 'mail' and o.state = 'held' and o.epoch = d.epoch
   where d.epoch >= $1"
}

# Both limits are 3 s. Which one ends first depends on when the agent last reached each.
at=$(boot_ns)
freeze
until_done 10 "the watchdog" timed_out 0
works_on "$BEFORE"
[[ $(epoch) == "$BEFORE" ]] || must_have_ended_by "$BEFORE" $((at + 3010000000))
until_done 30 "the pool to be healthy" is_healthy

remember
late=$(root_of "$FROM")/etc/systemd/system/jobflip-agent.service.d/late.conf
mkdir -p "${late%/*}"
printf '[Service]\nWatchdogSec=10s\n' >"$late"
inside "$FROM" systemctl daemon-reload
kill_agent "$FROM"
must_go_on
[[ $(inside "$FROM" systemctl show --property WatchdogUSec --value jobflip-agent) == 10s ]] ||
  wrong "the watchdog came too early"
had=$(timeouts)
at=$(boot_ns)
freeze
works_on $((BEFORE + 1))
must_have_ended_by "$BEFORE" $((at + 3010000000))
until_done 15 "the late watchdog" timed_out "$had"
rm "$late"
inside "$FROM" systemctl daemon-reload
until_ready 30 "$FROM"

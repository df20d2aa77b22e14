# shellcheck shell=bash
# The agent of the active host hangs (SIGSTOP). Its guard ends the workers before the lease does, the
# watchdog of systemd ends the agent, and another host or this one, under a new epoch, works on.
remember
at=$(boot_ns)
inside "$FROM" kill -STOP "$(main_pid "$FROM" jobflip-agent)"
until_done 10 "the watchdog" journal_says "$FROM" jobflip-agent "Watchdog timeout"
until_true 20 "a new holding whose workers commit" \
  "select o.epoch > $BEFORE and exists (select from app.done d where d.epoch = o.epoch)
     from jobflip_data.pool_owner o where pool = 'mail'"
must_have_ended_by "$BEFORE" $((at + 3010000000))

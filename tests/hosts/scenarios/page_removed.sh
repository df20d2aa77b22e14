# shellcheck shell=bash
# The lease page, the guard's lock, or both are removed under running workers, and the agent is
# killed. The next agent assumes that workers which it can't see are running: no other node works
# beside them, and the node says why.
for gone in mail.guard mail.lease "mail.lease mail.guard"; do
  remember
  inside "$FROM" sh -c "cd /run/jobflip-agent && rm $gone"
  inside "$FROM" kill -KILL "$(main_pid "$FROM" jobflip-agent)" # the next steps take less time than a lease
  if [[ $gone == mail.guard ]]; then
    until_done 10 "the next agent" journal_says "$FROM" jobflip-agent "found running under epoch $BEFORE"
    must_go_on # the page tells all
  else
    until_done 10 "the reason in the status" eval "verb status mail --format json |
      grep -qE 'mail: (a guard holds its lock|its guard .process [0-9]+. runs), and its lease page is gone'"
    until_true 20 "a new epoch whose workers commit" "select o.epoch > $BEFORE and o.state = 'held' and exists (
      select from app.done d where d.epoch = o.epoch) from jobflip_data.pool_owner o where pool = 'mail'"
  fi
  say "without $gone: no two hosts at work"
  restore_site
done

# shellcheck shell=bash
# The agent of the active host is killed, again and again. systemd restarts it within the lease: no
# job is disturbed, the worker is the same process, the epoch the same.
remember
worker=$(worker_pid "$FROM")
times=${HOSTS_KILLS:-10}
for ((n = 1; n <= times; n++)); do
  kill_agent "$FROM"
  [[ $(epoch) == "$BEFORE" && $(worker_pid "$FROM") == "$worker" ]] || wrong "kill $n disturbed the work"
done
must_go_on
gap=$(awk '$1 == "t" { if (last && $2 - last > most) most = $2 - last; last = $2 }
  END { printf "%d\n", most / 1000000 }' "$(worker_files "$FROM" "$BEFORE" | tail -n 1)")
say "figure: agent killed -9: same epoch and same worker $((n - 1)) of $times, longest pause of a tick $gap ms"

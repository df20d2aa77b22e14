# shellcheck shell=bash
# The worker's main process is killed, three times in a row: the agent starts it anew on the same host,
# under the same lease. (It waits longer each time, and after more of them a supervisor would rather flip.)
remember
for ((n = 1; n <= 3; n++)); do
  worker=$(worker_pid "$FROM")
  files=$(worker_files "$FROM" | wc -l)
  at=$(now_ms)
  inside "$FROM" kill -KILL "$worker"
  until_done 40 "a new worker" eval "(( \$(worker_files $FROM | wc -l) > $files ))"
  read -r _ _ _ _ began <"$(worker_files "$FROM" | tail -n 1)"
  echo $((began / 1000000 - at))
done >"$HOSTS_STATE/waits"
say "worker killed -9: it runs again after $(tr '\n' ' ' <"$HOSTS_STATE/waits")ms"
figure "worker gone: restarted in place, median of 3" "$(sort -n "$HOSTS_STATE/waits" | sed -n 2p)" 500
[[ $(holder) == "$FROM" ]] || wrong "$(holder) holds the pool"

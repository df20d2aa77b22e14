# shellcheck shell=bash
# The worker's main process is killed, again and again: the agent starts it anew on the same host, in the
# first place under the same lease. One that is killed just after its start may cost a new epoch.
remember
times=${HOSTS_WORKER_KILLS:-5}
for ((n = 1; n <= times; n++)); do
  worker=$(worker_pid "$FROM")
  files=$(worker_files "$FROM" | wc -l)
  at=$(now_ms)
  inside "$FROM" kill -KILL "$worker"
  until_done 40 "a new worker" eval "(( \$(worker_files $FROM | wc -l) > $files ))"
  read -r _ _ _ _ began <"$(worker_files "$FROM" | tail -n 1)"
  echo $((began / 1000000 - at))
done >"$HOSTS_STATE/waits"
say "worker killed -9: it runs again after $(tr '\n' ' ' <"$HOSTS_STATE/waits")ms"
figure "worker gone: the first restart in place" "$(head -n 1 "$HOSTS_STATE/waits")" 1000
[[ $(holder) == "$FROM" ]] || wrong "$(holder) holds the pool"

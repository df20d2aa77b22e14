# shellcheck shell=bash
# The worker's main process is killed three times in a row: the agent restarts it on the same host,
# under the same lease. (It waits longer each time, and after more of them a supervisor would
# rather flip.)
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

# If the pool asks for it, another host takes over instead.
sed '/^name = "mail"/a when_workers_end = "hand-over"' "$HOSTS_STATE/pools.toml" >"$HOSTS_STATE/hand-over.toml"
verb apply "$HOSTS_STATE/hand-over.toml" --reason "the test" >/dev/null 2>&1
for ((n = 1; n <= 3; n++)); do
  until_done 30 "the pool to be healthy" is_healthy
  until_true 20 "the holder to know the new setting" "select b.beat_at > p.timings_changed_at or p.timings_changed_at is null
    from jobflip_data.pool p, jobflip_data.node_beat b, jobflip_data.pool_owner o
    where p.name = 'mail' and o.pool = 'mail' and b.node = o.holder"
  remember
  worker=$(worker_pid "$FROM")
  at=$(now_ms)
  inside "$FROM" kill -KILL "$worker"
  await_move 20
  echo $(($(began_at "$(epoch)") - at))
done >"$HOSTS_STATE/waits"
say "worker killed -9, when_workers_end = hand-over: another host after $(tr '\n' ' ' <"$HOSTS_STATE/waits")ms"
figure "worker gone: active elsewhere, median of 3" "$(sort -n "$HOSTS_STATE/waits" | sed -n 2p)" 500
verb apply "$HOSTS_STATE/pools.toml" --reason "the test" >/dev/null 2>&1

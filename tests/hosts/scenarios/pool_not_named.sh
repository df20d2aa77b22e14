# shellcheck shell=bash
# The active host's agent is killed, and its successor finds a file that no longer names the pool.
# It still ends the pool's workers, releases the lease once they are gone, and says why it does no
# more.
remember
file=$(root_of "$FROM")/etc/jobflip/agent.toml
cp "$file" "$HOSTS_STATE/good.toml"
sed -i '/^\[workers.mail\]$/,/^unit = /d' "$file"
grep -q mail "$file" && wrong "the file still names the pool"
kill_agent "$FROM"
await_move 15
until_done 10 "the reason in the status" eval "verb status mail --format json |
  grep -qF 'mail: no workers are configured for it on this node'"
still_ticks "$FROM" && wrong "workers of a pool that is not named run on $FROM"
cp "$HOSTS_STATE/good.toml" "$file"
kill_agent "$FROM"
until_ready 30 "$FROM"

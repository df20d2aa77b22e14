# shellcheck shell=bash
# /var/log and /tmp of the active host are full: no worker stops, a killed agent is restarted and
# keeps its lease, and the pool can be flipped away and back.
remember
for place in var/log tmp; do
  inside "$FROM" mount -t tmpfs -o size=64k tmpfs "/$place"
  inside "$FROM" sh -c "head -c 1M /dev/zero >/$place/full 2>/dev/null" || true
done
inside "$FROM" kill -KILL "$(main_pid "$FROM" jobflip-agent)"
must_go_on
verb flip mail --reason "away from the full disk" --yes >/dev/null
await_move 10
until_ready 20 "$FROM"
verb flip mail --to "$FROM" --reason "back to the full disk" --yes >/dev/null
until_done 10 "$FROM to be active" eval "[[ \$(holder) == $FROM ]]"
for place in var/log tmp; do inside "$FROM" umount -l "/$place"; done

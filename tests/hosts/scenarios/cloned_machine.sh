# shellcheck shell=bash
# A copy of the active host, with its machine id, its node name and its settings, boots next to it.
# The agent of the copy is refused with a clear message; the first agent continues under its epoch,
# and no worker runs on the copy.
remember
make_host clone
umount -l "$(root_of clone)"
rm -rf "$HOSTS_STATE/host/clone/upper"
mkdir "$HOSTS_STATE/host/clone/upper"
cp -a "$HOSTS_STATE/host/$FROM/upper/." "$HOSTS_STATE/host/clone/upper/"
mount -t overlay overlay -o "lowerdir=/,upperdir=$HOSTS_STATE/host/clone/upper,workdir=$HOSTS_STATE/host/clone/work" \
  "$(root_of clone)"
boot clone
until_done 30 "the copy to be refused" journal_says clone jobflip-agent "another agent"
must_go_on
is_state clone mail-worker.service active && wrong "a worker runs on the copy"
verb status mail >"$HOSTS_STATE/output"
must_contain "$FROM" "$HOSTS_STATE/output"
crash clone

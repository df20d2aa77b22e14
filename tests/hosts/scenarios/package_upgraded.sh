# shellcheck shell=bash
# The package is upgraded on every host while the workers work, the active one last. The pool moves
# at most once for each upgrade of the active host, nothing is lost, and every host runs the new
# program.
remember
before=$(ask "select count(*) from jobflip_data.audit_event where chain = 'mail' and kind in ('lease_taken', 'takeover')")
for node in $(another "$FROM") $(another "$FROM" "$(another "$FROM")") "$FROM"; do
  install_program "$node" "$HOSTS_NEXT_PACKAGE"
  inside "$node" dpkg -s jobflip | grep -q '^Version: .*-2+deb' || wrong "$node has the old package"
  until_done 30 "the pool to be healthy" is_healthy
done
takes=$(ask "select count(*) - $before from jobflip_data.audit_event where chain = 'mail' and kind in ('lease_taken', 'takeover')")
((takes == 1)) || wrong "the upgrade moved the pool $takes times"

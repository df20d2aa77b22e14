# shellcheck shell=bash
# The host is renamed while it works, and its agent is restarted. A node's name comes from its
# file, not from its host, so it is the same node, and continues.
remember
inside "$FROM" hostname another-name
inside "$FROM" kill -KILL "$(main_pid "$FROM" jobflip-agent)"
must_go_on
inside "$FROM" hostname "$FROM"

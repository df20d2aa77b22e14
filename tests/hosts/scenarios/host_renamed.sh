# shellcheck shell=bash
# The host gets another name while it works, and its agent is started again: a node's name is in its file
# and not its host's, so it is the same node, and goes on.
remember
inside "$FROM" hostname another-name
inside "$FROM" kill -KILL "$(main_pid "$FROM" jobflip-agent)"
must_go_on
inside "$FROM" hostname "$FROM"

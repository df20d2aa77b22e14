# shellcheck shell=bash
# The guard's event channel is a plain file when the agent of the active host is started again: the workers
# are seen all the same, go on, and can be flipped away. The node starts none before somebody removes the file,
# and says so.
remember
worker=$(worker_pid "$FROM")
inside "$FROM" sh -c 'cd /run/jobflip-agent && rm mail.events && echo x >mail.events && chown jobflip: mail.events'
kill_agent "$FROM"
must_go_on
[[ $(worker_pid "$FROM") == "$worker" ]] || wrong "the worker was started again"
flip_mail "its events are a file" --from "$FROM"
await_move 15
until_done 20 "the status to say why" eval "verb status mail --format json |
  grep -qF 'mail: /run/jobflip-agent/mail.events is not a FIFO'"
inside "$FROM" rm /run/jobflip-agent/mail.events
until_ready 30 "$FROM"

#pragma once
/// Processes whose parent, a guard of this agent, was killed. As a "child subreaper" this process
/// becomes the parent of everything that its children leave behind, regardless of session,
/// environment or cgroup: so the children that this process did not start are what a dead guard
/// left over.
///
/// Invariants:
///  - a child that Process started is never ended here; one that was let go is reaped here;
///  - once a guard was reaped and end_orphans() twice found nothing, no descendant of it is left.
/// What a hook command leaves behind is an orphan like any other.

namespace jobflip::host {

/// From now on this process adopts orphans. False and errno if the kernel does not allow that or
/// does not list children.
bool adopt_orphans() noexcept;

/// Sends SIGKILL to each orphan, and reaps those that have ended. Returns how many there were; 1 if
/// they can't be listed.
int end_orphans();

/// Reaps those that have ended, and leaves the others alone.
void reap_orphans();

}  // namespace jobflip::host

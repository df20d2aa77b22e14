#pragma once
/// Processes whose parent, a guard of this agent's, was killed. As a "child subreaper" this process
/// becomes the parent of all that its children leave behind, in whatever session, environment or
/// cgroup: so what a dead guard left over are those children of this process that it did not start.
///
/// Invariants:
///  - a child that Process started is never ended here; one that was let go is reaped here;
///  - once a guard was reaped and end_orphans() twice found nothing, no descendant of it is left.
/// What a hook command leaves behind is an orphan like any other.

namespace jobflip::host {

/// From now on orphans come to this process. False and errno where the kernel does not allow that
/// or does not list children.
bool adopt_orphans() noexcept;

/// SIGKILL to each orphan, and reaps those that have ended. How many there were; 1 where they can't
/// be listed.
int end_orphans();

/// Reaps those that have ended, and leaves the others alone.
void reap_orphans();

}  // namespace jobflip::host

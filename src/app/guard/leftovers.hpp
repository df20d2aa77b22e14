#pragma once
/// Ends every process below this one. As a "child subreaper" the guard becomes the parent of
/// whatever its workers left behind, double forks and new sessions too: what was a descendant once
/// never escapes. So killing children again and again, until there is none, ends them all.

#include <sys/types.h>

#include "host/descriptor.hpp"

namespace jobflip::guard {

class Descendants {
 public:
  /// False and errno where the kernel does not list children, or there can be no subreaper.
  bool adopt() noexcept;

  /// SIGKILL to every child of this process. Allocates nothing.
  void kill_children() const noexcept;

 private:
  host::Descriptor children_;  // /proc/self/task/<tid>/children: the guard has one thread
};

}  // namespace jobflip::guard

#pragma once
/// Ends every process below this one. As a "child subreaper" the guard becomes the parent of
/// everything that its workers left behind, including double forks and new sessions: a descendant
/// never escapes. So killing children again and again, until there is none, ends them all.

#include <sys/types.h>

#include <array>
#include <cstddef>

#include "jobflip/base/descriptor.hpp"

namespace jobflip::guard {

class Descendants {
 public:
  /// False and errno if the kernel does not list children or has no subreapers.
  bool adopt() noexcept;

  /// Sends SIGKILL to every child of this process. Allocates nothing.
  void kill_children() const noexcept;

  /// Sends SIGTERM, once each, to every child outside of process group `told` (0: no group), except
  /// to `except`. Those beyond kMostTold are only killed in the end. Allocates nothing.
  void tell_children(pid_t told, pid_t except) noexcept;
  /// A child was reaped: its number may be reused.
  void forget(pid_t pid) noexcept;

 private:
  static constexpr std::size_t kMostTold = 256;

  bool was_told(pid_t pid) const noexcept;

  std::array<pid_t, kMostTold> told_{};  // 0: free
  Descriptor children_;                  // /proc/self/task/<tid>/children: the guard has one thread
};

}  // namespace jobflip::guard
